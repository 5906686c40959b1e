// Swagger UI sends every field of a form, also those that were left empty; the API refuses empty fields.
function withoutEmptyFields(request) {
  if (typeof request.body === "string") {
    request.body = request.body.split("&").filter((field) => !field.endsWith("=")).join("&");
  }
  return request;
}

window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  requestInterceptor: withoutEmptyFields,
});

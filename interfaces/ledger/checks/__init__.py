"""Row checks: conversion of values, and the conditions under which a row is refused."""

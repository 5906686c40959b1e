"""Signed notes, checkpoints and proof files: the formats of C2SP, and what is none of them."""

from __future__ import annotations

import pytest

from domain.audit.checkpoint import Checkpoint, read_checkpoint
from domain.audit.merkle import ProofRefused
from domain.audit.proof_file import ProofFile
from domain.audit.signed_note import NoteRefused, VerifierKey, verified_text
from interfaces.audit.signing_key import SigningKey, verify

KNOWN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

KNOWN_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example of Go's `sumdb/note`."""


@pytest.fixture
def signer() -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture
def key(signer: SigningKey) -> VerifierKey:
    return VerifierKey("reports.example/acct_1/A1b2C3d4", signer.public_key)


@pytest.fixture
def checkpoint(key: VerifierKey) -> Checkpoint:
    return Checkpoint(key.name, 109_482, bytes(range(32)))


def test_the_known_note_is_verified() -> None:
    key = VerifierKey.parse(KNOWN_KEY)

    assert str(key) == KNOWN_KEY
    assert verified_text(KNOWN_NOTE, key, verify).startswith("If you think")


def test_a_note_is_refused_when_any_byte_of_it_is_another() -> None:
    key = VerifierKey.parse(KNOWN_KEY)

    for place in range(len(KNOWN_NOTE)):
        changed = KNOWN_NOTE[:place] + chr(ord(KNOWN_NOTE[place]) ^ 1) + KNOWN_NOTE[place + 1 :]
        with pytest.raises(NoteRefused):
            verified_text(changed, key, verify)


def test_a_key_with_another_id_is_refused() -> None:
    with pytest.raises(NoteRefused, match="has the id c74f20a3, not 'c74f20a4'"):
        VerifierKey.parse(KNOWN_KEY.replace("c74f20a3", "c74f20a4"))


def test_a_checkpoint_is_three_lines_and_a_signature(
    checkpoint: Checkpoint, key: VerifierKey, signer: SigningKey
) -> None:
    note = checkpoint.signed(key, signer.sign)

    assert note.startswith(
        "reports.example/acct_1/A1b2C3d4\n109482\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n\u2014 "
    )
    assert read_checkpoint(note, key, verify) == checkpoint


def test_signatures_of_others_are_let_pass(checkpoint: Checkpoint, key: VerifierKey, signer: SigningKey) -> None:
    witness = KNOWN_NOTE.splitlines()[-1]

    note = f"{checkpoint.signed(key, signer.sign)}{witness}\n"

    assert read_checkpoint(note, key, verify) == checkpoint


def test_a_checkpoint_of_another_log_is_refused(checkpoint: Checkpoint, key: VerifierKey, signer: SigningKey) -> None:
    other = checkpoint._replace(origin="reports.example/acct_1/Z9y8X7w6").signed(key, signer.sign)

    with pytest.raises(NoteRefused, match="The checkpoint is of reports"):
        read_checkpoint(other, key, verify)


@pytest.mark.parametrize("text", ["", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\nAAAA\n", "a\n1\nAAAA\n", "\n1\nAAAA\n"])
def test_another_text_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteRefused, match="is no checkpoint"):
        Checkpoint.parse(text)


def test_a_proof_comes_back_out_of_its_file(checkpoint: Checkpoint, key: VerifierKey, signer: SigningKey) -> None:
    proof = ProofFile(73_894, [bytes([number]) * 32 for number in range(5)], checkpoint.signed(key, signer.sign))

    assert proof.text.startswith("c2sp.org/tlog-proof@v1\nindex 73894\nAAAA")
    assert ProofFile.parse(proof.text) == proof
    assert ProofFile.parse(proof.text.replace("index", "extra YWdl\nindex", 1)) == proof


def test_a_proof_of_one_leaf_has_no_hashes(checkpoint: Checkpoint, key: VerifierKey, signer: SigningKey) -> None:
    proof = ProofFile(0, [], checkpoint.signed(key, signer.sign))

    assert ProofFile.parse(proof.text) == proof


@pytest.mark.parametrize(
    "text",
    [
        "", "c2sp.org/tlog-proof@v2\nindex 0\n\nnote", "c2sp.org/tlog-proof@v1\nindex 01\n\nnote",
        "c2sp.org/tlog-proof@v1\n\nnote", "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + "A" * 43 + "=\n",
    ],
)  # fmt: skip
def test_another_text_is_no_proof(text: str) -> None:
    with pytest.raises(ProofRefused):
        ProofFile.parse(text)

"""Certificates nobody has issued, for receivers that are tried out."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from mentorflow.errors import MissingExtra


def self_signed(folder: Path, *names: str) -> tuple[Path, Path]:
    """Write a certificate for some names or addresses, and its key; return both files.

    Raises:
        MissingExtra: the package that makes keys is not installed.
    """
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError as missing:
        raise MissingExtra("making a certificate", extra="webhooks") from missing
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mentorflow fake receiver")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_LONG_AGO)
        .not_valid_after(_LONG_AGO + _FOR_EVER)
        .add_extension(
            x509.SubjectAlternativeName(
                [
                    x509.IPAddress(ip_address(one)) if _is_address(one) else x509.DNSName(one)
                    for one in names
                ]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file


# Nobody is to trust it for long, but it has to hold whatever the clock of the machine says.
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_FOR_EVER = timedelta(days=365 * 100)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True

"""The cryptography of a server that need not be safe: RSA with a key that everybody may know, X25519,
ChaCha20-Poly1305, and how TLS 1.2 and 1.3 derive their keys. Plain Python, since no library sends whatever one likes
inside a tunnel; knows nothing of records or sockets, and nothing in it is constant in time.

RFC 8017, RFC 7748, RFC 8439, RFC 5869, RFC 5246 section 5, RFC 8446 section 7.1.
"""
import hashlib
import hmac
import secrets
import struct

# Of 1,024 bits, made for these tests and used for nothing else.
_P = 0xf5f8a1e897cf4ab6df2802a9fb0e2f9a46d57cab87de606de8ef1f263e11e0c56684a71fc29235d992a9da4db9fc3865e98a780b7cdc298bcc3d0434b39cdc51
_Q = 0xe4dc8526365773b7f389f3023307afb042f7dc7d0bfeb5df06e4536cabbe97622f8211e3475a4c2629d75cb9b005dacb949bf1cc2c72dc4000bca331ae9a08af
MODULUS, EXPONENT = _P * _Q, 65537
_D = pow(EXPONENT, -1, (_P - 1) * (_Q - 1))
_SIZE = 128

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
HASH_SIZE = 32
TAG_SIZE = 16


def _private(number):
    by_p, by_q = pow(number, _D % (_P - 1), _P), pow(number, _D % (_Q - 1), _Q)
    return by_q + _Q * (pow(_Q, -1, _P) * (by_p - by_q) % _P)


def rsa_decrypt(sealed):
    """PKCS #1 v1.5. Noise if the padding is wrong: a server notices that with the Finished."""
    plain = _private(int.from_bytes(sealed, "big") % MODULUS).to_bytes(_SIZE, "big")
    return plain[-48:]


def rsa_sign(data):
    """rsa_pkcs1_sha256 of the data."""
    info = SHA256_INFO + hashlib.sha256(data).digest()
    padded = b"\x00\x01" + b"\xff" * (_SIZE - 3 - len(info)) + b"\x00" + info
    return _private(int.from_bytes(padded, "big")).to_bytes(_SIZE, "big")


def pss_sign(data):
    """rsa_pss_rsae_sha256 of the data."""
    salt = secrets.token_bytes(HASH_SIZE)
    digest = hashlib.sha256(bytes(8) + hashlib.sha256(data).digest() + salt).digest()
    block = bytes(_SIZE - 2 * HASH_SIZE - 2) + b"\x01" + salt
    mask = b"".join(hashlib.sha256(digest + struct.pack(">I", n)).digest() for n in range(4))
    masked = bytearray(a ^ b for a, b in zip(block, mask))
    masked[0] &= 0x7f
    return _private(int.from_bytes(bytes(masked) + digest + b"\xbc", "big")).to_bytes(_SIZE, "big")


def x25519(scalar, point):
    """RFC 7748 section 5."""
    prime = 2 ** 255 - 19
    bits = int.from_bytes(scalar, "little") & ~(7 | 128 << 248) | 64 << 248
    x1 = int.from_bytes(point, "little") & (1 << 255) - 1
    x2, z2, x3, z3, swapped = 1, 0, x1, 1, 0
    for t in reversed(range(255)):
        bit = bits >> t & 1
        if swapped ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swapped = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a, b * b, d * a % prime, c * b % prime
        x3, z3 = (da + cb) ** 2 % prime, x1 * (da - cb) ** 2 % prime
        e = aa - bb
        x2, z2 = aa * bb % prime, e * (aa + 121665 * e) % prime
    if swapped:
        x2, z2 = x3, z3
    return (x2 * pow(z2, prime - 2, prime) % prime).to_bytes(32, "little")


BASE_POINT = b"\x09" + bytes(31)


def _rounds(state):
    x = list(state)
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                           (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            xa, xb, xc, xd = x[a], x[b], x[c], x[d]
            xa = xa + xb & 0xffffffff
            xd ^= xa
            xd = xd << 16 & 0xffffffff | xd >> 16
            xc = xc + xd & 0xffffffff
            xb ^= xc
            xb = xb << 12 & 0xffffffff | xb >> 20
            xa = xa + xb & 0xffffffff
            xd ^= xa
            xd = xd << 8 & 0xffffffff | xd >> 24
            xc = xc + xd & 0xffffffff
            xb ^= xc
            xb = xb << 7 & 0xffffffff | xb >> 25
            x[a], x[b], x[c], x[d] = xa, xb, xc, xd
    return struct.pack("<16I", *(a + b & 0xffffffff for a, b in zip(x, state)))


def chacha20(key, nonce, data, counter=1):
    head = struct.unpack("<4I", b"expand 32-byte k") + struct.unpack("<8I", key)
    tail = struct.unpack("<3I", nonce)
    stream = b"".join(_rounds(head + (counter + n,) + tail) for n in range((len(data) + 63) // 64))
    size = len(data)
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream[:size], "big")).to_bytes(size, "big")


def _poly1305(key, data):
    r, s = int.from_bytes(key[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff, int.from_bytes(key[16:], "little")
    total, prime = 0, 2 ** 130 - 5
    for at in range(0, len(data), 16):
        total = (total + int.from_bytes(data[at:at + 16] + b"\x01", "little")) * r % prime
    return (total + s & 2 ** 128 - 1).to_bytes(16, "little")


def _tag(key, nonce, header, sealed):
    one_time = chacha20(key, nonce, bytes(32), 0)
    return _poly1305(one_time, header + bytes(-len(header) % 16) + sealed + bytes(-len(sealed) % 16)
                     + struct.pack("<QQ", len(header), len(sealed)))


def seal(key, nonce, header, data):
    sealed = chacha20(key, nonce, data)
    return sealed + _tag(key, nonce, header, sealed)


def unseal(key, nonce, header, data):
    """The plain bytes, or None."""
    sealed, tag = data[:-TAG_SIZE], data[-TAG_SIZE:]
    return chacha20(key, nonce, sealed) if tag == _tag(key, nonce, header, sealed) else None


def sha256(data):
    return hashlib.sha256(data).digest()


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def prf(secret, label, seed, size):
    """RFC 5246 section 5."""
    out, a = b"", label + seed
    while len(out) < size:
        a = mac(secret, a)
        out += mac(secret, a + label + seed)
    return out[:size]


def expand_label(secret, label, context, size):
    """HKDF-Expand-Label of RFC 8446 section 7.1; at most one hash long."""
    label = b"tls13 " + label
    info = struct.pack(">HB", size, len(label)) + label + bytes([len(context)]) + context
    return mac(secret, info + b"\x01")[:size]

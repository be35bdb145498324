"""Errors whose cause is known, in five wordings each, and questions about them in English and Korean."""

CAUSES = {
    "connection pool": [
        "No connection of the pool became free within one second: all five are in use",
        "HikariPool-1 - Connection is not available, request timed out after 30000ms",
        "remaining connection slots are reserved for superuser connections",
        "QueuePool limit of size 5 overflow 10 reached, connection timed out",
        "could not acquire a database connection: pool exhausted",
    ],
    "locked database": [
        "database is locked: waited for another connection's transaction to end",
        "SQLITE_BUSY: the file is locked by another writer",
        "Lock wait timeout exceeded; try restarting transaction",
        "could not obtain lock on row in relation products",
        "table price_index is locked by a long running transaction",
    ],
    "declined card": [
        "Payment declined: generic_decline",
        "The card issuer refused the charge",
        "card was declined: insufficient funds",
        "do_not_honor returned by the issuing bank for this card",
        "authorization rejected by the customer's bank",
    ],
    "full cache": [
        "Visa cache full: cannot add new item.",
        "cache capacity reached, entry was rejected",
        "no room left in the card validation cache",
        "cannot store key: maximum number of cache entries exceeded",
        "OOM command not allowed when used memory > 'maxmemory'",
    ],
    "full disk": [
        "write failed: no space left on device",
        "the disk of the data folder is full",
        "ENOSPC: could not append to the log file",
        "could not extend file: the volume has no free blocks",
        "quota exceeded while writing to the file system",
    ],
    "out of memory": [
        "java.lang.OutOfMemoryError: Java heap space",
        "process was killed because it used too much memory",
        "container terminated: OOMKilled, exit code 137",
        "fatal error: runtime: out of memory",
        "memory limit of 512 MB reached, the process ends",
    ],
    "null reference": [
        "NullPointerException at UserService.getUserById",
        "NullReferenceException: Object reference not set to an instance of an object",
        "TypeError: Cannot read properties of undefined (reading 'id')",
        "AttributeError: 'NoneType' object has no attribute 'price'",
        "unexpectedly found nil while unwrapping an Optional value",
    ],
    "name resolution": [
        "getaddrinfo ENOTFOUND payment-service",
        "could not resolve host: inventory.internal",
        "no such host: lookup catalogue on 10.0.0.2:53",
        "Temporary failure in name resolution",
        "DNS query for the gateway returned NXDOMAIN",
    ],
    "expired certificate": [
        "x509: certificate has expired or is not yet valid",
        "TLS handshake failed: the server's certificate expired yesterday",
        "SSL_ERROR_EXPIRED_CERT_ALERT from the acquirer",
        "certificate verify failed: certificate has expired",
        "peer certificate is past its notAfter date",
    ],
    "slow gateway": [
        "Timed out: the payment gateway did not answer in time",
        "upstream request timeout while charging the card",
        "no response from the acquirer within 1000 ms",
        "the payment provider took too long, deadline exceeded",
        "read timed out calling the card processor",
    ],
    "wrong total": [
        "cart total mismatch: the items cost 199.00 USD, the cart says 398.00 USD",
        "the sum of the order lines differs from the order's amount",
        "price of the basket does not equal its positions",
        "order amount is inconsistent with its items",
        "checkout refused: total was computed from an outdated cart",
    ],
    "bad login": [
        "authentication failed for user admin: wrong password",
        "401 Unauthorized: the token is invalid",
        "Access denied for user 'shop'@'localhost' (using password: YES)",
        "invalid credentials supplied",
        "login rejected: the password does not match",
    ],
}

SAME_WORDS = [
    ("NullPointerException in OrderService.total", "null reference", "IllegalArgumentException in OrderService.total"),
    ("payment timed out at the gateway", "slow gateway", "payment declined at the gateway"),
    ("connection pool has no free connection", "connection pool", "connection refused by the peer of the connection"),
    ("the cache is full", "full cache", "the disk cache was deleted in full"),
    ("certificate expired", "expired certificate", "session expired"),
    ("host name could not be resolved", "name resolution", "conflict on host could not be resolved by merging names"),
]
"""A text, its cause, and a text with the same words and another cause."""

ENGLISH = [
    ("the database has no free connections any more", "connection pool"),
    ("a transaction blocks all readers of the file", "locked database"),
    ("customers' cards get refused by the bank", "declined card"),
    ("the cache cannot take another entry", "full cache"),
    ("we ran out of disk space", "full disk"),
    ("a service was killed for using too much memory", "out of memory"),
    ("something like NullPointerException", "null reference"),
    ("the name of the host is not found in DNS", "name resolution"),
    ("the TLS certificate is too old", "expired certificate"),
    ("the payment gateway is too slow", "slow gateway"),
    ("the cart shows another total than its items", "wrong total"),
    ("somebody used a wrong password", "bad login"),
]

KOREAN = [
    ("데이터베이스 연결 풀이 고갈되었습니다", "connection pool"),
    ("데이터베이스가 잠겨 있습니다", "locked database"),
    ("카드 결제가 은행에서 거절되었습니다", "declined card"),
    ("캐시가 가득 차서 항목을 추가할 수 없습니다", "full cache"),
    ("디스크 공간이 부족합니다", "full disk"),
    ("메모리가 부족하여 프로세스가 종료되었습니다", "out of memory"),
    ("NullPointerException이랑 비슷한 에러", "null reference"),
    ("호스트 이름을 찾을 수 없습니다", "name resolution"),
    ("인증서가 만료되었습니다", "expired certificate"),
    ("결제 게이트웨이 응답 시간 초과", "slow gateway"),
    ("장바구니 합계가 맞지 않습니다", "wrong total"),
    ("비밀번호가 틀려서 로그인에 실패했습니다", "bad login"),
]

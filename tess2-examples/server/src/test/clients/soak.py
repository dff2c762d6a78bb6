#!/usr/bin/env python3
"""Puts a running server under load with all kinds of requests, and checks every answer.

    java -Xmx512m -XX:NativeMemoryTracking=summary -jar tess2-examples/cli/target/tess2.jar \\
        serve --port 8080 --max-transfer 15 -q &
    python3 tess2-examples/server/src/test/clients/soak.py http://127.0.0.1:8080 --pid $! \\
        --max-transfer 15 --seconds 3600

First, one caller requests reference answers. Then callers repeat these requests concurrently, with
and without streaming, while other clients hang up halfway, send nonsense, stop reading, or send or
read one byte at a time. Exits with status 1 if an answer differs from the reference, a valid
request fails, or a slow client is not cut off.

With --pid it prints a line about the process every minute (Linux): resident memory; the size of the
Java heap, its use, and its use after a collection that the script requests; the memory that the JVM
has committed outside the heap (with the option above); threads; open files. Not part of the Maven
build; needs only Python, and the JDK's jcmd for these lines.
"""

import argparse
import collections
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

CHAT, TEXT = "/v1/chat/completions", "/v1/completions"


def chat(content, **more):
    return CHAT, {"model": "tess2", "messages": [{"role": "user", "content": content}], "max_tokens": 32, **more}


ASKED = [
    chat("What is 347 + 85?", steps=5, seed=1),
    chat("What is 12 + 9?", steps=10, seed=2, n=3),
    chat("Sort these words: pear apple fig", steps=8, seed=3, canvas="blocks:length=8"),
    chat("Reverse these words: cat bank tree", steps=5, seed=4, sampler="simplex-ddim"),
    chat("How many letters has banana?", steps=20, seed=5, temperature=0.7, top_p=0.9),
    chat("What is 40 - 17?", steps=6, seed=6, grid="cosine", noise_schedule="sigmoid"),
    chat("What is 5 + 5?", steps=5, seed=7, guidance="reward-function:reward=answer-length(max=8),scale=4"),
    chat("What is 21 + 12?", steps=20, seed=8, stopping_criterion="settled"),
    (TEXT, {"model": "tess2", "prompt": ["17 + 25 =", "3 + 4 ="], "max_tokens": 12, "steps": 5, "seed": 9}),
    (TEXT, {"model": "tess2", "prompt": "17 + 25 = __2__ .", "infill": True, "steps": 5, "seed": 10}),
]


class Soak:
    def __init__(self, host, port, transfer):
        self.host, self.port, self.transfer = host, port, transfer
        self.counts = collections.Counter()
        self.wrong = []
        self.lock = threading.Lock()
        self.stop = threading.Event()

    def count(self, what):
        with self.lock:
            self.counts[what] += 1

    def fail(self, what):
        with self.lock:
            self.wrong.append(what)

    def post(self, path, body):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=120)
        try:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def ask(self, path, body):
        """The answers' texts; repeats the request while the server is busy. None if the soak ends first."""
        while not self.stop.is_set():
            status, text = self.post(path, body)
            if status == 429:
                self.count("busy, repeated")
                time.sleep(0.2)
                continue
            if status != 200:
                raise AssertionError(f"status {status}: {text}")
            return streamed(text) if body.get("stream") else whole(text)
        return None

    def caller(self, reference, seed):
        draws = random.Random(seed)
        while not self.stop.is_set():
            i = draws.randrange(len(ASKED))
            path, body = ASKED[i]
            kind = draws.choice(["whole", "stream", "diffusing"])
            extra = {"whole": {}, "stream": {"stream": True}, "diffusing": {"stream": True, "diffusing": True}}[kind]
            try:
                answer = self.ask(path, {**body, **extra})
                if answer is not None:
                    self.count(kind)
                    if answer != reference[i]:
                        self.fail(f"{kind} {body}: {answer} instead of {reference[i]}")
            except Exception as e:
                self.fail(f"{kind} {body}: {e!r}")

    def villain(self, seed):
        """Does what no client should do."""
        draws = random.Random(seed)
        while not self.stop.is_set():
            kind = draws.choice(["hangs up", "half a body", "nonsense", "does not read"])
            try:
                getattr(self, "villain_" + kind.replace(" ", "_"))(draws)
                self.count(kind)
            except OSError:
                self.count(kind + " (connection lost)")
            time.sleep(draws.random() * 0.5)

    def raw(self, body, length=None):
        data = json.dumps(body).encode() if not isinstance(body, bytes) else body
        s = socket.create_connection((self.host, self.port), timeout=10)
        s.sendall(
            f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {length or len(data)}\r\n\r\n".encode() + data)
        return s

    def villain_hangs_up(self, draws):
        with self.raw({**ASKED[4][1], "steps": 200, "stream": draws.random() < 0.5}):
            time.sleep(draws.random() * 0.3)

    def villain_half_a_body(self, draws):
        with self.raw(b'{"model":', 5000):
            time.sleep(draws.random())

    def villain_nonsense(self, draws):
        body = draws.choice([b"[" * 9999, b"{\"model\":\"tess2\",\"model\":1}", bytes(draws.randrange(256) for _ in range(999))])
        with self.raw(body) as s:
            if b" 400 " not in s.recv(4096):
                self.fail(f"nonsense must have status 400: {body[:40]!r}")

    def villain_does_not_read(self, draws):
        with self.raw({**ASKED[4][1], "steps": 200, "stream": True, "diffusing": True}):
            time.sleep(1)

    def dripper(self, seed):
        """Sends or reads so slowly that the server must cut it off."""
        kinds = [self.drip_headers, self.drip_body, self.drip_chunk, self.sip]
        i = seed
        while not self.stop.is_set():
            kind = kinds[i % len(kinds)]
            i += 1
            try:
                if kind():
                    self.count(kind.__name__.replace("_", " "))
            except OSError as e:
                self.fail(f"{kind.__name__}: {e!r}")

    def drip_headers(self):
        s = socket.create_connection((self.host, self.port), timeout=10)
        s.sendall(f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\n".encode())
        return self.drip(s, b"X-More: " + b"x" * 7000)

    def drip_body(self):
        return self.drip(self.raw(b'{"model":', 9000), b" " * 7000)

    def drip_chunk(self):
        s = socket.create_connection((self.host, self.port), timeout=10)
        s.sendall(f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n".encode())
        return self.drip(s, b"1;" + b"x" * 7000)

    def drip(self, s, data):
        """Sends byte by byte. True if the server answers, which must be with status 408; otherwise None."""
        begun = time.time()
        with s:
            s.settimeout(1)
            for byte in data:
                if self.stop.is_set():
                    return None
                try:
                    s.sendall(bytes([byte]))
                    answer = s.recv(4096)
                except TimeoutError:
                    answer = None
                if answer is not None:
                    if b" 408 " not in answer:
                        self.fail(f"a slow request must have status 408: {answer[:200]!r}")
                    return True
                if time.time() - begun > 3 * self.transfer + 60:
                    self.fail("a slow request must be cut off, but is not")
                    return None
        return None

    def sip(self):
        """Reads one byte at a time, for longer than the server should wait."""
        with self.raw({**ASKED[4][1], "steps": 200, "stream": True, "diffusing": True}) as s:
            s.settimeout(120)
            status = s.recv(13)
            if b" 200" not in status and b" 429" not in status:
                self.fail(f"a slow reader must get an answer: {status!r}")
            for _ in range(2 * self.transfer):
                if self.stop.is_set() or not s.recv(1):
                    break
                time.sleep(0.5)
        return True


def whole(text):
    return [c["message"]["content"] if "message" in c else c["text"] for c in json.loads(text)["choices"]]


def streamed(text):
    pieces = collections.defaultdict(str)
    lines = [line[6:] for line in text.split("\n") if line.startswith("data: ")]
    if lines[-1] != "[DONE]":
        raise AssertionError("the stream must end with [DONE]: " + lines[-1][:200])
    for line in lines[:-1]:
        for c in json.loads(line)["choices"]:
            pieces[c["index"]] += c["delta"].get("content", "") if "delta" in c else c["text"]
    return [pieces[i] for i in sorted(pieces)]


def sample(pid):
    """A line about the process, in MiB."""
    with open(f"/proc/{pid}/status") as status:
        facts = dict(re.findall(r"^(VmRSS|Threads):\s+(\d+)", status.read(), re.M))
    size, used = heap(pid)
    jcmd(pid, "GC.run")
    native = re.search(r"Total: reserved=\d+KB, committed=(\d+)KB", jcmd(pid, "VM.native_memory", "summary"))
    beside = f"  JVM outside the heap {int(native[1]) // 1024 - size}" if native else ""
    files = len(os.listdir(f"/proc/{pid}/fd"))
    return (f"resident {int(facts['VmRSS']) // 1024}  heap {size}, used {used}, after a collection {heap(pid)[1]}{beside}"
            f"  threads {facts['Threads']}  files {files}")


def heap(pid):
    """Size and use of the Java heap, in MiB."""
    total, used = re.search(r"total (\d+)K, used (\d+)K", jcmd(pid, "GC.heap_info")).groups()
    return int(total) // 1024, int(used) // 1024


def jcmd(pid, *command):
    return subprocess.run(["jcmd", str(pid), *command], capture_output=True, text=True, check=True).stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base")
    parser.add_argument("--pid", type=int)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--callers", type=int, default=8)
    parser.add_argument("--villains", type=int, default=3)
    parser.add_argument("--drippers", type=int, default=8)
    parser.add_argument("--max-transfer", type=int, default=60, help="the server's --max-transfer, in seconds")
    arguments = parser.parse_args()
    url = urllib.parse.urlparse(arguments.base)
    soak = Soak(url.hostname, url.port, arguments.max_transfer)
    for _ in range(60):
        try:
            socket.create_connection((url.hostname, url.port)).close()
            break
        except OSError:
            time.sleep(1)
    reference = [soak.ask(path, body) for path, body in ASKED]
    threads = [threading.Thread(target=soak.caller, args=(reference, i)) for i in range(arguments.callers)]
    threads += [threading.Thread(target=soak.villain, args=(1000 + i,)) for i in range(arguments.villains)]
    threads += [threading.Thread(target=soak.dripper, args=(i,)) for i in range(arguments.drippers)]
    begun = time.time()
    for thread in threads:
        thread.start()
    while time.time() - begun < arguments.seconds:
        time.sleep(min(60 - (time.time() - begun) % 60, arguments.seconds))
        if arguments.pid:
            facts = sample(arguments.pid)
            print(f"{time.time() - begun:5.0f} s  {sum(soak.counts.values())} done  {facts}  wrong {len(soak.wrong)}", flush=True)
    soak.stop.set()
    for thread in threads:
        thread.join()
    for what, count in sorted(soak.counts.items()):
        print(f"{count:6}  {what}")
    print(f"{len(soak.wrong):6}  wrong")
    for wrong in soak.wrong[:10]:
        print("  ", wrong)
    sys.exit(1 if soak.wrong else 0)


if __name__ == "__main__":
    main()

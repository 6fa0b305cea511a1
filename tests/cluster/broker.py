"""A Kafka broker in memory: the mock one of librdkafka. Prints its address and stays until it is ended."""

from __future__ import annotations

import signal
import sys

from confluent_kafka import Producer

producer = Producer({"bootstrap.servers": "unused", "test.mock.num.brokers": "1", "log_level": 3})
(broker,) = producer.list_topics(timeout=10).brokers.values()
sys.stdout.write(f"{broker.host}:{broker.port}\n")
sys.stdout.flush()
signal.pause()

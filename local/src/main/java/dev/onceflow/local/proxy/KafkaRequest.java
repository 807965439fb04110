package dev.onceflow.local.proxy;

import org.apache.kafka.common.protocol.ApiKeys;

/**
 * What the head of a request to a broker says.
 *
 * @param api its kind
 * @param version the version of the kind's format
 * @param correlationId its number on its connection, which its answer repeats
 * @param clientId who sends it
 */
record KafkaRequest(ApiKeys api, short version, int correlationId, String clientId) {}

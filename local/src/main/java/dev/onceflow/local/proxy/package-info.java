/**
 * Faults of the network between a client and a server on this machine, made by a proxy that stands
 * between them. Knows no other package of local.
 *
 * <p>What Kafka's clients and brokers say is read by kafka-clients' own classes for it, which are
 * no public API: {@link dev.onceflow.local.proxy.KafkaProtocol} alone knows them. Two of their
 * enumerations, {@code ApiKeys} and {@code Errors}, are the names by which faults are ordered.
 */
package dev.onceflow.local.proxy;

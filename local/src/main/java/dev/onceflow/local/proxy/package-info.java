/**
 * Faults of the network between a client and a server on this machine, made by a proxy that stands
 * between them. Knows no other package of local.
 */
package dev.onceflow.local.proxy;

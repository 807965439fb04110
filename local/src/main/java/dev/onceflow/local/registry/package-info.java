/** A schema registry on this machine that speaks Confluent's REST API: Apicurio Registry. */
package dev.onceflow.local.registry;

/** The catalogue of topics: names, keys, partitions and settings, written down once. */
package dev.onceflow.schemas.topic;

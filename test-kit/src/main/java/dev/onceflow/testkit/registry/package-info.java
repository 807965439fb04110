/** A schema registry for one test. */
package dev.onceflow.testkit.registry;

/**
 * Made-up payments that contain whatever real streams contain, the same again for the same seed.
 */
package dev.onceflow.cli.load.sample;

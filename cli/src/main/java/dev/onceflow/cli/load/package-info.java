/**
 * onceflow load: how input gets into topic payments. A source (a file through a mapping, or a
 * generator) gives items; the loader sends the payments and writes the refused lines to a file.
 */
package dev.onceflow.cli.load;

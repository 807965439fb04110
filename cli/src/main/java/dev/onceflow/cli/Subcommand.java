package dev.onceflow.cli;

import java.util.concurrent.Callable;

/**
 * A subcommand of {@code onceflow}: a picocli {@code @Command} that answers with its exit code. The
 * launcher finds them by ServiceLoader, so that which commands there are depends on the class path
 * alone: what ships to production brings no command that would need a broker in this JVM.
 */
public interface Subcommand extends Callable<Integer> {}

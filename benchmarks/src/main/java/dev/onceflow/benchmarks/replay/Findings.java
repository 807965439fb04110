package dev.onceflow.benchmarks.replay;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;

/**
 * What a run found: for each thing that had to hold whether it did, and figures. Each is also said
 * when it is found. For one thread.
 */
public final class Findings {
  private final Consumer<String> out;
  private final long fromNs = System.nanoTime();
  private final ArrayNode checks = JsonNodeFactory.instance.arrayNode();
  private final ObjectNode figures = JsonNodeFactory.instance.objectNode();
  private boolean holds = true;

  /**
   * @param out told of each step, with its time
   */
  Findings(Consumer<String> out) {
    this.out = out;
  }

  /** Says what was done. */
  void step(String what) {
    out.accept("%6.1f s  %s".formatted((System.nanoTime() - fromNs) / 1e9, what));
  }

  /** Notes whether something that has to hold does. */
  void check(String what, boolean isSo) {
    holds &= isSo;
    checks.addObject().put("check", what).put("holds", isSo);
    step((isSo ? "held    " : "BROKEN  ") + what);
  }

  /** Notes a figure. */
  void figure(String name, double value) {
    figures.put(name, value);
    step("figure  %s: %,.1f".formatted(name, value));
  }

  /** Whether everything held. */
  public boolean holds() {
    return holds;
  }

  /** All of it. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("holds", holds);
    json.set("checks", checks);
    json.set("figures", figures);
    return json;
  }
}

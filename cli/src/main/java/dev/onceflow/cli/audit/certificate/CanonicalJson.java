package dev.onceflow.cli.audit.certificate;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.TreeSet;

/**
 * JSON in the one form of RFC 8785 (JSON Canonicalization Scheme), so that a signature covers the
 * content and not its layout. Certificates hold no fractions, whose form there is intricate: one is
 * refused.
 */
final class CanonicalJson {
  private CanonicalJson() {}

  static byte[] bytes(JsonNode node) {
    StringBuilder out = new StringBuilder();
    write(node, out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(JsonNode node, StringBuilder out) {
    if (node.isObject()) {
      writeObject(node, out);
    } else if (node.isArray()) {
      out.append('[');
      for (Iterator<JsonNode> elements = node.elements(); elements.hasNext(); ) {
        write(elements.next(), out);
        out.append(elements.hasNext() ? "," : "");
      }
      out.append(']');
    } else if (node.isTextual()) {
      writeText(node.textValue(), out);
    } else if (node.isIntegralNumber() || node.isBoolean() || node.isNull()) {
      out.append(node.asText());
    } else {
      throw new IllegalArgumentException(
          node + " has no canonical form here: expected texts, whole numbers, true, false or null");
    }
  }

  private static void writeObject(JsonNode node, StringBuilder out) {
    // String's own order is that of UTF-16 code units, which the RFC asks for.
    TreeSet<String> names = new TreeSet<>();
    node.fieldNames().forEachRemaining(names::add);
    out.append('{');
    String separator = "";
    for (String name : names) {
      out.append(separator);
      writeText(name, out);
      out.append(':');
      write(node.get(name), out);
      separator = ",";
    }
    out.append('}');
  }

  private static void writeText(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append(c < ' ' ? "\\u%04x".formatted((int) c) : Character.toString(c));
      }
    }
    out.append('"');
  }
}

package dev.onceflow.verification.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * HTML and SVG as they are written: well-formed XML too, and everything that comes from outside
 * escaped and made visible. There is no way to put text in unescaped.
 */
final class Markup {
  private final StringBuilder text = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** An element's start; attributes as name, value, name, value. */
  Markup open(String element, String... attributes) {
    start(element, attributes).append('>');
    open.push(element);
    return this;
  }

  /** An element without content. */
  Markup empty(String element, String... attributes) {
    start(element, attributes).append("/>");
    return this;
  }

  /** An element with words in it. */
  Markup element(String element, String words, String... attributes) {
    return open(element, attributes).words(words).close();
  }

  /** Words, escaped. */
  Markup words(String foreign) {
    escape(Figures.visible(foreign));
    return this;
  }

  /** Style sheet of our own: no outside text goes this way, and no element can begin in it. */
  Markup style(String css) {
    if (css.indexOf('<') >= 0 || css.indexOf('&') >= 0) {
      throw new IllegalArgumentException("Style holds markup: expected none.");
    }
    text.append("<style>").append(css).append("</style>");
    return this;
  }

  /** The end of the element opened last. */
  Markup close() {
    text.append("</").append(open.pop()).append('>');
    return this;
  }

  /** A line break in the source, for those who read that. */
  Markup line() {
    text.append('\n');
    return this;
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("Still open: " + open);
    }
    return text.toString();
  }

  private StringBuilder start(String element, String... attributes) {
    text.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]).append("=\"");
      escape(Figures.visible(attributes[i + 1]));
      text.append('"');
    }
    return text;
  }

  private void escape(String words) {
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      switch (c) {
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '&' -> text.append("&amp;");
        case '"' -> text.append("&quot;");
        case '\'' -> text.append("&#39;");
        default -> text.append(c);
      }
    }
  }
}

package dev.onceflow.verification.report;

import java.util.function.Supplier;

/** What sections of the page are made of: headings, tables, figures, answers. */
final class PageParts {
  private final Markup html;

  PageParts(Markup html) {
    this.html = html;
  }

  /** For what is of one section only. */
  Markup html() {
    return html;
  }

  void section(String id, String title) {
    html.element("h2", title, "id", id).line();
  }

  /** Opens a table up to its body; heads of columns with figures begin with {@code r:}. */
  void table(String caption, String... heads) {
    html.open("div", "class", "wide").open("table");
    if (caption != null) {
      html.element("caption", caption);
    }
    html.open("thead").open("tr");
    for (String head : heads) {
      if (head.startsWith("r:")) {
        html.element("th", head.substring(2), "scope", "col", "class", "r");
      } else {
        html.element("th", head, "scope", "col");
      }
    }
    html.close().close().open("tbody").line();
  }

  void endTable() {
    html.close().close().close().line();
  }

  void figures(long... values) {
    for (long value : values) {
      html.element("td", Figures.count(value), "class", "r");
    }
  }

  void counted(int value, boolean good) {
    html.element("td", Figures.count(value), "class", good ? "r" : "r v-unknown");
  }

  void answer(Answer answer) {
    html.element("span", Figures.name(answer), "class", answerStyle(answer));
  }

  void orNot(boolean is, Supplier<String> words, String not) {
    if (is) {
      html.words(words.get());
    } else {
      html.element("span", not, "class", "v-unknown");
    }
  }

  static String answerStyle(Answer answer) {
    return "v-" + Figures.name(answer);
  }
}

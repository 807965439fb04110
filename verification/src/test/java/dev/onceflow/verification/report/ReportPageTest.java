package dev.onceflow.verification.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportPageTest {
  private static final String HOSTILE =
      "</title></style><script>alert(1)</script>\" onload='x' &amp; ]]>\u0000\u001b[31m\u202e\ufffe\ud800";

  static List<ChaosReport> reports() {
    return List.of(
        MadeUpRun.fourHours(),
        MadeUpRun.failing(),
        MadeUpRun.eightMinutes(),
        SmallRun.valid().report(),
        SmallRun.empty().report(),
        thousandsOfFaults(),
        hostile());
  }

  @Test
  void aControlsLegSaysWhetherItWasCaught() {
    ChaosReport run = SmallRun.valid().leg(null).samples(10, 120).report();

    assertThat(ReportPage.of(withControl(run, Answer.INVALID))).contains("leg 2 caught");
    assertThat(ReportPage.of(withControl(run, Answer.VALID))).contains("leg 2 not caught");
  }

  private static ChaosReport withControl(ChaosReport run, Answer answer) {
    List<String> caughtBy = answer == Answer.INVALID ? List.of("twice") : List.of();
    return ChaosReport.of(
        run.run(),
        run.legs(),
        run.samples(),
        run.faults(),
        run.checks(),
        List.of(
            new ModeResult(2, "FENCE_OFF", "no fence", true, answer, 9, 0, 1, 0, caughtBy, null)),
        run.leftOut());
  }

  @ParameterizedTest
  @MethodSource("reports")
  void isWellFormed(ChaosReport report) throws Exception {
    Document page = parsed(ReportPage.of(report));

    assertThat(page.getDocumentElement().getTagName()).isEqualTo("html");
    assertThat(page.getElementsByTagName("h1").getLength()).isOne();
  }

  @ParameterizedTest
  @MethodSource("reports")
  void needsNothingButItself(ChaosReport report) throws Exception {
    String page = ReportPage.of(report);

    for (Element element : elements(parsed(page))) {
      assertThat(element.getTagName())
          .isNotIn("script", "link", "img", "iframe", "object", "embed", "use", "image");
      for (int i = 0; i < element.getAttributes().getLength(); i++) {
        String name = element.getAttributes().item(i).getNodeName();
        String value = element.getAttributes().item(i).getNodeValue();
        assertThat(name).doesNotStartWith("on").isNotIn("src", "style", "srcset");
        if (name.equals("href")) {
          assertThat(value).startsWith("#");
        }
      }
    }
    assertThat(styleOf(parsed(page))).doesNotContain("url(", "@import", "http");
  }

  @ParameterizedTest
  @MethodSource("reports")
  void eachLinkLeadsToOnePlace(ChaosReport report) throws Exception {
    Set<String> ids = new HashSet<>();
    Set<String> links = new HashSet<>();

    for (Element element : elements(parsed(ReportPage.of(report)))) {
      if (element.hasAttribute("id")) {
        assertThat(ids.add(element.getAttribute("id"))).isTrue();
      }
      if (element.hasAttribute("href")) {
        links.add(element.getAttribute("href").substring(1));
      }
    }

    assertThat(ids).containsAll(links);
  }

  @Test
  void whatComesFromOutsideIsOnlyText() throws Exception {
    String page = ReportPage.of(hostile());

    assertThat(page).doesNotContain("<script", "\u0000", "\u001b", "\u202e");
    assertThat(page.split("<style>", -1)).hasSize(2);
    assertThat(parsed(page).getElementsByTagName("h1").item(0).getTextContent())
        .isEqualTo(
            "</title></style><script>alert(1)</script>\" onload='x' &amp; ]]>"
                + "\\u0000\\u001b[31m\\u202e\\ufffe\\ud800");
  }

  @Test
  void fourHoursAreASmallFile() {
    int bytes = ReportPage.of(MadeUpRun.fourHours()).getBytes(StandardCharsets.UTF_8).length;

    assertThat(bytes).isLessThan(300_000);
  }

  @Test
  void thousandsOfFaultsAreThinnedAndThePageSaysSo() throws Exception {
    Document page = parsed(ReportPage.of(thousandsOfFaults()));

    assertThat(page.getDocumentElement().getTextContent())
        .contains("500 of 3,002 faults", "99 stuck", "not recovered");
  }

  @Test
  void theWorstIsSaidFirst() {
    String page = ReportPage.of(MadeUpRun.failing());

    assertThat(page)
        .containsSubsequence(
            "Invalid",
            "check lost in leg 3 found 412 deviations",
            "control fence-off was not caught",
            "fault black-hole-client never bit",
            "NOT CAUGHT");
  }

  private static ChaosReport thousandsOfFaults() {
    SmallRun run = SmallRun.valid();
    for (int i = 0; i < 3_000; i++) {
      run.fault("kind-" + i % 40, i % 40, i % 110, i % 110 + 0.1, i % 110 + 0.2, i % 110 + 1.0);
    }
    return run.fault("stuck", 99, 50, 51.0, 52.0, null).report();
  }

  private static ChaosReport hostile() {
    Run run =
        new Run(
            HOSTILE,
            7,
            Map.of(HOSTILE, HOSTILE),
            Map.of(HOSTILE, HOSTILE),
            Map.of(HOSTILE, HOSTILE),
            HOSTILE);
    Instant start = SmallRun.START;
    Leg leg =
        new Leg(
            1, HOSTILE, start, start.plusSeconds(60), HOSTILE, HOSTILE, Map.of(HOSTILE, HOSTILE));
    List<Sample> samples = new ArrayList<>();
    for (int second = 0; second < 60; second += 5) {
      samples.add(
          new Sample(
              1, second, 1L, 1L, 1L, 1L, 1L, List.of(new ProcessReading(HOSTILE, 1, 1, 1L))));
    }
    return ChaosReport.of(
        run,
        List.of(leg),
        samples,
        List.of(
            new Fault(
                1,
                HOSTILE,
                1,
                HOSTILE,
                start.plusSeconds(1),
                start.plusSeconds(2),
                start.plusSeconds(3),
                start.plusSeconds(4),
                HOSTILE)),
        List.of(
            new Check(
                1,
                HOSTILE,
                Answer.INVALID,
                Map.of(HOSTILE, 1L),
                1,
                List.of(new Deviation(HOSTILE, HOSTILE, HOSTILE, HOSTILE)),
                HOSTILE)),
        List.of(
            new ModeResult(
                1, HOSTILE, HOSTILE, true, Answer.INVALID, 1, 1, 1, 1, List.of(HOSTILE), HOSTILE)),
        List.of(new LeftOut(HOSTILE, HOSTILE)));
  }

  private static String styleOf(Document page) {
    return page.getElementsByTagName("style").item(0).getTextContent();
  }

  private static List<Element> elements(Document page) {
    NodeList all = page.getElementsByTagName("*");
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      elements.add((Element) all.item(i));
    }
    return elements;
  }

  private static Document parsed(String page) throws Exception {
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    builder.setErrorHandler(null);
    return builder.parse(new InputSource(new StringReader(page)));
  }
}

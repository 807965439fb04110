package dev.onceflow.verification.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0.00 s",
    "350, 0.35 s",
    "999, 1.0 s",
    "4200, 4.2 s",
    "99949, 99.9 s",
    "99950, 1 min 40 s",
    "119600, 2 min 0 s",
    "3599600, 60 min 0 s",
    "14400000, 4 h 0 min"
  })
  void spans(long millis, String shown) {
    assertThat(Figures.span(millis)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0.5, 0.5", "1, 1", "101, 200", "512, 600", "740, 800", "950, 1000"})
  void axesEndAtRoundFigures(double value, double top) {
    assertThat(Figures.roundUp(value)).isEqualTo(top);
  }

  @Test
  void mediansAreOfTheMiddle() {
    assertThat(Figures.median(List.of(5L))).isEqualTo(5);
    assertThat(Figures.median(List.of(1L, 4L))).isEqualTo(3);
    assertThat(Figures.median(List.of(1L, 4L, 100L))).isEqualTo(4);
  }

  @Test
  void bytesHaveUnits() {
    assertThat(Figures.bytes(512)).isEqualTo("512 B");
    assertThat(Figures.bytes(1_536)).isEqualTo("1.5 KiB");
    assertThat(Figures.bytes(3L << 30)).isEqualTo("3.0 GiB");
  }

  @Test
  void cutsBetweenCharacters() {
    assertThat(Figures.cut("a😀bc", 3)).isEqualTo("a😀…");
    assertThat(Figures.cut("abc", 3)).isEqualTo("abc");
  }
}

package dev.onceflow.verification.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JudgementTest {
  private final Effects expected = new Effects();
  private final Effects found = new Effects();

  @Test
  void anEffectThatStandsTwiceIsSurplus() {
    expected.entry("e1", "p", "customer:a:GBP", "GBP", 100);
    found.entry("e1", "p", "customer:a:GBP", "GBP", 100);
    found.entry("e1", "p", "customer:a:GBP", "GBP", 100);

    Judgement judgement = Judgement.of(expected, found);

    assertThat(judgement.isExactlyOnce()).isFalse();
    assertThat(judgement.surplus()).containsExactly("entry e1 p customer:a:GBP GBP 100 (2 times)");
    assertThat(judgement.missing()).isEmpty();
  }

  @Test
  void anEffectThatIsNotThereIsMissing() {
    expected.entry("e1", "p", "customer:a:GBP", "GBP", 100);

    assertThat(Judgement.of(expected, found).missing()).hasSize(1);
    assertThat(Judgement.of(expected, expected).isExactlyOnce()).isTrue();
  }
}

package dev.onceflow.verification.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.verification.cluster.FakeClock;
import dev.onceflow.verification.cluster.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private static final Path PAGE = Path.of("..", "docs", "chaos.md");

  @Test
  void everyKindHasANameAndANumberOfItsOwn() {
    assertThat(Faults.all()).extracting(FaultKind::name).doesNotHaveDuplicates();
    assertThat(Faults.all()).extracting(FaultKind::number).doesNotHaveDuplicates();
  }

  @Test
  void everyKindStandsOnItsPage() throws IOException {
    String page = Files.readString(PAGE);

    assertThat(Faults.all())
        .allSatisfy(
            kind ->
                assertThat(page).contains("| %d | `%s` |".formatted(kind.number(), kind.name())));
  }

  @Test
  void aFullClusterLeavesNoKindOutButForTheMachine() {
    Set<String> machine =
        Stream.of(SmallDisk.leftOut(), FakeClock.impossible())
            .flatMap(Optional::stream)
            .collect(Collectors.toSet());

    assertThat(Faults.all())
        .allMatch(kind -> kind.leftOut(Shape.FULL).filter(why -> !machine.contains(why)).isEmpty());
  }
}

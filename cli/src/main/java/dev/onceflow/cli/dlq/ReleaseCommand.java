package dev.onceflow.cli.dlq;

import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceflow quarantine release}. */
@Command(
    name = "release",
    description = {
      "Decides about records in quarantine, each once.",
      "",
      "--as new sends them to the input once more, under their own event ID, with the",
      "word that they were not seen (header onceflow_release), who says so and why.",
      "Onceflow can't check that word: where it is wrong, an event takes effect twice.",
      "Altered records are refused: their ID took effect with other content. So are",
      "those that a sink of Kafka Connect can't prove: it doesn't know the word.",
      "--as duplicate sends nothing.",
      "",
      "Who decided, when and why stands in topic TOPIC-decisions."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow quarantine release payments-quarantine --as new --code unprovable \\",
      "      --bootstrap-servers localhost:9092 \\",
      "      --reason 'bank confirms that the file of 3 May was never loaded'",
      "  onceflow quarantine release payments-quarantine --as duplicate --at 0:17 \\",
      "      --bootstrap-servers localhost:9092 --reason 'sent twice by the till'",
      "",
      "Exit codes: 0 all that is meant was decided, 1 some stay open, 2 failed."
    })
final class ReleaseCommand extends ChangeCommand {
  @Mixin private FilterOptions filter;

  @Option(names = "--all", description = "All that are open.")
  private boolean all;

  @Option(
      names = "--as",
      required = true,
      paramLabel = "new|duplicate",
      description = "What they are: ${COMPLETION-CANDIDATES} (case does not matter).")
  private Verdict as;

  @Mixin private ResendOptions resend;

  /** What a record in quarantine is. */
  enum Verdict {
    /** It was not seen. */
    NEW,
    /** It was seen. */
    DUPLICATE
  }

  @Override
  Filter filter() {
    return filterOrAll(filter, all);
  }

  @Override
  Horizon horizon() {
    return resend.horizon();
  }

  @Override
  Function<SetAsideRecord, Action> plan(
      SetAsideStore setAside, Targets targets, Operator operator) {
    if (as == Verdict.DUPLICATE) {
      return record -> new Action.Close(Decision.As.RELEASED_AS_DUPLICATE);
    }
    Resend copies = resend.resend(targets);
    return record -> copies.releasedAsNew(record, operator);
  }
}

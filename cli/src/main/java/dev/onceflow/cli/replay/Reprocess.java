package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.UserException;
import dev.onceflow.streams.job.JobTopic;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A reprocess: a job is run again beside the live one, and what it writes is reapplied. Every step
 * may be the last one of a killed process: what is done stands in the database, in Kafka and in
 * Connect, and each step is taken only where it isn't done.
 *
 * <pre>
 * row ──► topics and fences ──► the job, to its inputs' ends ──► live sink is as far
 *          ──► row has what the job wrote ──► reapply ──► topics, group and state gone
 * </pre>
 */
final class Reprocess {
  private static final UUID ANY_TOPIC_ID = new UUID(0, 0);
  private static final String CLAIMED = "claimed";
  private static final String CLEANED = "cleaned";
  private static final String HELD_MS = "held_ms";

  /**
   * What the command was told.
   *
   * @param stateDirs where the state directory is to be made
   * @param keepsTopics whether what the job wrote is kept when all is over
   * @param acceptsSetAside whether it goes on although the run set aside other records than the
   *     live job
   */
  record Choices(Optional<Path> stateDirs, boolean keepsTopics, boolean acceptsSetAside) {}

  private final Replays.Request request;
  private final LiveSink sink;
  private final LiveJob job;
  private final Reapply.Means means;
  private final Replays replays;
  private final Choices choices;
  private final InstantSource clock;
  private final RunTopics topics;

  Reprocess(
      Replays.Request request,
      LiveJob job,
      Reapply.Means means,
      Choices choices,
      InstantSource clock) {
    this.request = request;
    this.sink = request.sink();
    this.job = job;
    this.means = means;
    this.replays = means.replays();
    this.choices = choices;
    this.clock = clock;
    this.topics = new RunTopics(means.logs());
  }

  /**
   * What would be done.
   *
   * @param asked the ranges of the inputs whose effects are asked for; empty for all
   */
  ReprocessPlan plan(Optional<List<Range>> asked) {
    JobGraph live = job.graph();
    Map<TopicPartition, Logs.Bounds> logs = means.logs().bounds(live.inputs());
    Map<TopicPartition, Long> committed = means.logs().committed(job.applicationId());
    List<Range> whole = new ArrayList<>();
    logs.forEach(
        (partition, log) ->
            whole.add(
                new Range(partition, log.topicId(), log.start(), log.start(), log.end())
                    // Ahead of the live job it would be ahead of the live sink.
                    .before(committed.getOrDefault(partition, 0L))));
    InputRanges emitted =
        asked.map(ranges -> InputRanges.of(whole, ranges)).orElse(InputRanges.ANY);
    RecordFilter filter = RecordFilter.of(request.json()).madeOf(emitted);
    ReprocessPlan.Read read = read(whole, emitted);
    List<String> refusals = new ArrayList<>(secondRun("0").graph().refusals());
    refusals.addAll(inputRefusals(live, whole));
    if (emitted.areEmpty()) {
      refusals.add(
          "The range holds nothing that job %s has processed: its effects would be none."
              .formatted(job.applicationId()));
    }
    refusals.addAll(sink.whyNotReprocessed(applied()));
    refusals.addAll(judged(read, filter));
    return new ReprocessPlan(
        sink,
        job,
        whole,
        filter,
        read,
        job.outputNames(),
        applied(),
        tables(),
        request.rate(),
        refusals);
  }

  private SecondRun secondRun(String run) {
    return SecondRun.of(job, run, choices.stateDirs());
  }

  /** The live topics whose counterparts are applied. */
  private Set<String> applied() {
    Set<String> applied = new TreeSet<>(sink.topics());
    applied.retainAll(job.outputNames());
    return applied;
  }

  private Map<String, SinkTable> tables() {
    return ReapplyCommand.tables(sink, asRanges(applied()));
  }

  private ReprocessPlan.Read read(List<Range> inputs, InputRanges emitted) {
    long fromNs = System.nanoTime();
    long[] counted = {0, 0, Long.MAX_VALUE};
    means
        .topic()
        .read(
            inputs,
            record -> {
              counted[0]++;
              counted[1] +=
                  Math.max(0, record.serializedKeySize())
                      + Math.max(0, record.serializedValueSize());
              if (emitted.holds(
                  new TopicPartition(record.topic(), record.partition()), record.offset())) {
                counted[2] = Math.min(counted[2], record.timestamp());
              }
              means.progress().counted(counted[0]);
            });
    means.progress().end();
    return new ReprocessPlan.Read(
        counted[0],
        counted[1],
        counted[2] == Long.MAX_VALUE ? Optional.empty() : Optional.of(counted[2]),
        (System.nanoTime() - fromNs) / 1e9);
  }

  private List<String> inputRefusals(JobGraph live, List<Range> inputs) {
    List<String> refusals = new ArrayList<>();
    inputs.stream()
        .filter(range -> range.logStart() > 0)
        .forEach(
            range ->
                refusals.add(
                    "%s begins at offset %d: what lay before has expired, and without it the job would come to another state (checkpoints of state don't exist)."
                        .formatted(range.partition(), range.logStart())));
    means
        .logs()
        .setting(live.inputs(), TopicConfig.CLEANUP_POLICY_CONFIG)
        .forEach(
            (topic, policy) -> {
              if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                refusals.add(
                    "Topic %s is compacted (cleanup.policy = %s): what it lacks by now would be missing in the job's state."
                        .formatted(topic, policy));
              }
            });
    if (inputs.stream().allMatch(Range::isEmpty)) {
      refusals.add(
          "Job %s has committed nothing of %s: --config must be the one of the live job, and it must have worked."
              .formatted(job.applicationId(), live.inputs()));
    }
    return refusals;
  }

  /**
   * What the sink's tables would refuse in the end can be said now: what the job makes of a record
   * has the record's time.
   */
  private List<String> judged(ReprocessPlan.Read read, RecordFilter filter) {
    List<Range> ranges = asRanges(applied());
    Map<TopicPartition, Long> oldestMs = new HashMap<>();
    read.oldestMs().ifPresent(ms -> ranges.forEach(range -> oldestMs.put(range.partition(), ms)));
    Counting.Result counted =
        new Counting.Result(
            read.records(),
            read.bytes(),
            oldestMs,
            Map.of(),
            Map.of(),
            Counting.Filtered.NOTHING,
            read.seconds());
    List<String> refusals =
        new Judgement(sink, replays.nowMs(sink.name()), Map.of()).refusals(ranges, counted);
    refusals.addAll(new FilterJudgement(sink, filter, false).refusals(ranges, counted));
    filter.inputs().whyUntold(sink).ifPresent(refusals::add);
    return refusals;
  }

  private static List<Range> asRanges(Set<String> live) {
    return live.stream()
        .map(topic -> new Range(new TopicPartition(topic, 0), ANY_TOPIC_ID, 0, 0, 1))
        .toList();
  }

  /** The replay that this command was given for before. */
  Optional<Replay> unfinished() {
    return reapply(sink, RecordFilter.ALL, () -> replays.nowMs(sink.name())).unfinished();
  }

  /** Takes away what replays left that ended while nobody drove them. */
  void removeLeftovers() {
    replays.all().stream()
        .filter(replay -> replay.state().isOver() && replay.kind().equals(Replays.REPROCESS))
        .forEach(this::removeAll);
  }

  Replay begin(ReprocessPlan plan) {
    return replays.beginReprocess(
        request,
        plan.inputs(),
        run ->
            noted(
                secondRun(run).json(plan.inputs(), plan.filter().inputs(), choices.keepsTopics())));
  }

  private static ObjectNode noted(ObjectNode run) {
    ObjectNode plan = JsonNodeFactory.instance.objectNode();
    plan.set(SecondRun.FIELD, run);
    return plan;
  }

  private void note(Replay replay, String what) {
    ObjectNode run = SecondRun.noted(replays.get(replay.id())).deepCopy();
    replays.note(replay, noted(run.put(what, true)));
  }

  /**
   * Runs the job again, as far as it isn't done.
   *
   * @return the replay: to be reapplied, or over
   */
  Replay reprocess(Replay begun) {
    replays.drive(begun);
    Replay replay = replays.get(begun.id());
    if (choices.keepsTopics()) {
      note(replay, SecondRun.KEEP_TOPICS);
    }
    if (replay.state() == ReplayState.REPROCESSING) {
      SecondRun run =
          new SecondRun(
              job,
              SecondRun.noted(replay).path("application_id").asText(),
              SecondRun.suffix(replay.run()),
              Path.of(SecondRun.noted(replay).path("state_dir").asText()));
      List<Range> inputs = replay.rangeList();
      refuseOtherJob(run, replay);
      refuseOtherInputs(inputs, replay);
      claim(run, replay);
      refuseLostOutputs(run, replay);
      topics.create(run);
      boolean isHeld = replays.hold(request, replay, outputs(run));
      noteHeld(replay);
      beginAtTheBeginning(run, inputs);
      boolean isAtEnd =
          isHeld
              && new TopologyRun(run, inputs, means).toEnd(replay.id())
              && new LiveAhead(job, sink, means, clock).await(replay.id(), applied());
      if (isAtEnd) {
        refuseOtherInputs(inputs, replay);
        refuseOtherSetAside(run, inputs, replay);
        replays.reprocessed(
            replay, outputs(run).stream().filter(range -> !range.isEmpty()).toList());
      }
      means.progress().end();
    }
    return replays.get(begun.id());
  }

  private void refuseOtherJob(SecondRun run, Replay replay) {
    if (!SecondRun.noted(replay).path("graph").asText().equals(run.fingerprint())) {
      throw new UserException(
          "The topology of job %s isn't the one that replay %d was begun with. Give the same --job, --config and --jar; or 'onceflow replay cancel %d', and begin anew."
              .formatted(job.factory().name(), replay.id(), replay.id()));
    }
  }

  /** Streams would pass over what expired without a word. */
  private void refuseOtherInputs(List<Range> inputs, Replay replay) {
    Map<TopicPartition, Logs.Bounds> logs =
        means
            .logs()
            .bounds(inputs.stream().map(range -> range.partition().topic()).distinct().toList());
    for (Range range : inputs) {
      Logs.Bounds log = logs.get(range.partition());
      if (log == null || !log.topicId().equals(range.topicId()) || log.start() > 0) {
        throw new UserException(
            "%s was made again, or begins at a later offset, since replay %d was begun: what the job makes of it can't be relied upon. 'onceflow replay cancel %d'."
                .formatted(range.partition(), replay.id(), replay.id()));
      }
    }
  }

  /**
   * What is called like a run before it has made anything belongs to somebody else, and is never
   * written to, read or taken away.
   */
  private void claim(SecondRun run, Replay replay) {
    if (SecondRun.noted(replay).has(CLAIMED)) {
      return;
    }
    Set<String> names = new TreeSet<>(run.outputs());
    names.addAll(run.graph().internal());
    Set<String> others = topics.there(names);
    if (!others.isEmpty() || !means.logs().committed(run.applicationId()).isEmpty()) {
      replays.end(replay, ReplayState.REFUSED, Optional.empty(), request.operator());
      throw new UserException(
          "Replay %d would have application ID %s, and there is one already, with topics %s: they aren't this replay's. Run the same command again: it takes another name."
              .formatted(replay.id(), run.applicationId(), others));
    }
    note(replay, CLAIMED);
  }

  /** Made again they would lack what the job wrote before it was interrupted. */
  private void refuseLostOutputs(SecondRun run, Replay replay) {
    if (means.logs().committed(run.applicationId()).isEmpty()) {
      return;
    }
    Set<String> lost = new TreeSet<>(run.outputs());
    lost.removeAll(topics.there(run.outputs()));
    if (!lost.isEmpty()) {
      throw new UserException(
          "Topics %s of replay %d are gone, with what the job had written there. 'onceflow replay cancel %d' ends it; then begin anew."
              .formatted(lost, replay.id(), replay.id()));
    }
  }

  /** From then on nothing is forgotten that lay within the horizon, however long the run takes. */
  private void noteHeld(Replay replay) {
    ObjectNode run = SecondRun.noted(replays.get(replay.id())).deepCopy();
    if (!run.has(HELD_MS)) {
      replays.note(replay, noted(run.put(HELD_MS, replays.nowMs(sink.name()))));
    }
  }

  /** Whatever its reset policy: a group without offsets would begin at the end with "latest". */
  private void beginAtTheBeginning(SecondRun run, List<Range> inputs) {
    if (means.logs().committed(run.applicationId()).isEmpty()) {
      means.logs().commit(run.applicationId(), inputs.stream().map(Range::partition).toList(), 0);
    }
  }

  /** What the live job made of the same records is made again, or nothing is applied. */
  private void refuseOtherSetAside(SecondRun run, List<Range> inputs, Replay replay) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    inputs.forEach(range -> ends.put(range.partition(), range.end()));
    SameSetAside same = new SameSetAside(ends);
    List<String> live =
        job.outputs().stream()
            .filter(topic -> topic.role() == JobTopic.Role.SET_ASIDE)
            .map(JobTopic::name)
            .toList();
    means.topic().read(whole(live), record -> same.live(record, job.applicationId()));
    means.topic().read(whole(live.stream().map(run::output).toList()), same::run);
    Optional<String> difference = same.difference();
    if (difference.isPresent() && !choices.acceptsSetAside()) {
      throw new UserException(
          "Replay %d set aside other records than job %s did (%s). So its outputs aren't what the live job made, and nothing was applied. Is its registry, or its code, another one? Were records mended, or purged, since? 'onceflow dlq list %s' show those of the run. 'onceflow replay cancel %d' ends it; the same command with --accept-set-aside applies it all the same: records that were redriven since may take effect twice then."
              .formatted(
                  replay.id(),
                  job.applicationId(),
                  difference.get(),
                  String.join("' and 'onceflow dlq list ", live.stream().map(run::output).toList()),
                  replay.id()));
    }
  }

  private List<Range> whole(List<String> topics) {
    List<Range> ranges = new ArrayList<>();
    if (!topics.isEmpty()) {
      means
          .logs()
          .bounds(topics)
          .forEach((p, log) -> ranges.add(new Range(p, log.topicId(), 0, log.start(), log.end())));
    }
    return ranges;
  }

  private List<Range> outputs(SecondRun run) {
    List<String> names = applied().stream().map(run::output).toList();
    Map<TopicPartition, Logs.Bounds> logs = means.logs().bounds(names);
    Map<TopicPartition, Long> heads = means.logs().heads(names);
    List<Range> outputs = new ArrayList<>();
    logs.forEach(
        (partition, log) ->
            outputs.add(new Range(partition, log.topicId(), 0, 0, heads.get(partition))));
    return outputs;
  }

  /** The second half: what the job wrote, through the sink. */
  Reapply reapply(Replay replay) {
    JsonNode heldMs = SecondRun.noted(replay).path(HELD_MS);
    return reapply(
        sink.over(applied(), SecondRun.suffix(replay.run())),
        RecordFilter.of(replay),
        () -> heldMs.asLong(replays.nowMs(sink.name())));
  }

  private Reapply reapply(LiveSink over, RecordFilter filter, LongSupplier knownMs) {
    return new Reapply(
        new Replays.Request(
            over, request.json(), request.rate(), request.reason(), request.operator()),
        filter,
        means,
        Optional.empty(),
        clock,
        knownMs);
  }

  /** Takes away what belongs to a replay that is over. */
  void removeAll(Replay replay) {
    if (SecondRun.noted(replay).has(CLAIMED)
        && !SecondRun.noted(replay).has(CLEANED)
        && topics.remove(replay)) {
      note(replay, CLEANED);
    }
  }
}

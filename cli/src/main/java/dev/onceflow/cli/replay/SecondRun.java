package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.OutputTopics;
import dev.onceflow.streams.job.StateQuery;
import dev.onceflow.streams.job.TopologyFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * A job that is run a second time beside the live one: under an application ID of its own, with
 * topics and state of its own, up to the ends of its inputs.
 *
 * @param applicationId its own; the live one's with the run behind it
 * @param suffix what the names of its topics end with
 * @param stateDir where its local state lies, and nothing else
 */
record SecondRun(LiveJob job, String applicationId, String suffix, Path stateDir) {
  /** In {@code onceflow.replays}, what its plan says of it. */
  static final String FIELD = "reprocess";

  /** In that, the ranges of the inputs whose effects are asked for. */
  static final String EMITTED = "emitted";

  /** In that, whether what the job wrote stays when all is over. */
  static final String KEEP_TOPICS = "keep_topics";

  private static final String MAIN_CONSUMER = "main.consumer.";
  private static final int POLL_RECORDS_MAX = 1_000;

  /** What belongs to the live instance alone. */
  private static final List<String> NOT_OF_A_SECOND_RUN =
      List.of(
          StreamsConfig.APPLICATION_SERVER_CONFIG,
          StreamsConfig.CLIENT_ID_CONFIG,
          StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG,
          JobConfig.HTTP_PORT,
          JobConfig.TOPICS_CREATE);

  /** The outputs keep everything until it is applied, whatever time the input's records have. */
  private static final Map<String, String> KEPT =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_DELETE,
          TopicConfig.RETENTION_MS_CONFIG,
          "-1",
          TopicConfig.RETENTION_BYTES_CONFIG,
          "-1",
          TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
          Long.toString(Long.MAX_VALUE),
          TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
          Long.toString(Long.MAX_VALUE));

  /**
   * @param run the replay's
   * @param stateDirs where its state directory is to be made; empty for the one of temporary files
   */
  static SecondRun of(LiveJob job, String run, Optional<Path> stateDirs) {
    String suffix = suffix(run);
    String applicationId = job.applicationId() + suffix;
    Path parent = stateDirs.orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir")));
    return new SecondRun(
        job, applicationId, suffix, parent.toAbsolutePath().resolve(folder(applicationId)));
  }

  /** What the names of a run end with. */
  static String suffix(String run) {
    return ".r" + run;
  }

  /** What its state directory is called. */
  static String folder(String applicationId) {
    return "onceflow-" + applicationId;
  }

  JobGraph graph() {
    return JobGraph.of(job.factory(), topology(), applicationId, suffix);
  }

  private Topology topology() {
    Map<String, Object> named = new HashMap<>(job.config().effective());
    named.put(OutputTopics.SUFFIX, suffix);
    return job.factory().build(named);
  }

  /** A live topic's counterpart. */
  String output(String live) {
    return live + suffix;
  }

  /** The live topic that one of its outputs is a counterpart of. */
  String live(String output) {
    return output.substring(0, output.length() - suffix.length());
  }

  /** The names of all topics that it writes. */
  Set<String> outputs() {
    return job.outputNames().stream()
        .map(this::output)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The topics that it writes, with the settings that they need. */
  List<JobTopic> outputTopics() {
    return job.outputs().stream().map(this::renamed).toList();
  }

  private JobTopic renamed(JobTopic live) {
    Map<String, String> settings = new HashMap<>(live.settings());
    settings.putAll(KEPT);
    return new JobTopic(output(live.name()), live.role(), settings);
  }

  /**
   * Its settings: those of the live job, but for what is the live instance's own.
   *
   * @param inputs up to whose ends it reads
   * @param pace how fast
   * @param rate records a second to begin with
   */
  JobConfig config(Collection<Range> inputs, InputPace pace, Optional<Long> rate) {
    Map<String, Object> given = new HashMap<>(job.config().given());
    NOT_OF_A_SECOND_RUN.forEach(given::remove);
    given.keySet().removeIf(key -> key.endsWith(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
    given.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    given.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    given.put(OutputTopics.SUFFIX, suffix);
    given.put(MAIN_CONSUMER + ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, InputEnd.class.getName());
    given.put(MAIN_CONSUMER + InputEnd.ENDS, InputEnd.text(inputs));
    given.put(MAIN_CONSUMER + InputEnd.PACE, pace);
    rate.ifPresent(
        perSecond ->
            given.put(
                MAIN_CONSUMER + ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                Long.toString(Math.min(perSecond, POLL_RECORDS_MAX))));
    // Its state is needed for this run only, and can be built again.
    Set<String> accepted = new TreeSet<>(job.config().preflightAccept());
    accepted.add("state.dir");
    given.put(JobConfig.PREFLIGHT_ACCEPT, String.join(",", accepted));
    return JobConfig.of(given, factory());
  }

  /** The job as the runtime and preflight see it: with the names that its topics have here. */
  TopologyFactory factory() {
    return new Renamed(this);
  }

  /**
   * What its row in the database keeps of it.
   *
   * @param inputs what it reads
   * @param emitted what of that has effects
   */
  ObjectNode json(Collection<Range> inputs, InputRanges emitted, boolean keepsTopics) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("job", job.factory().name())
            .put("application_id", applicationId)
            .put("state_dir", stateDir.toString())
            .put("graph", fingerprint())
            .put(KEEP_TOPICS, keepsTopics);
    ArrayNode read = json.putArray("inputs");
    inputs.forEach(range -> read.add(range.json()));
    emitted.addTo(json.putArray(EMITTED));
    outputs().forEach(json.putArray("outputs")::add);
    graph().internal().forEach(json.putArray("internal")::add);
    return json;
  }

  /** Another one means that the job's code was changed. */
  String fingerprint() {
    return Fingerprint.of(topology().describe().toString());
  }

  /** What was noted of a replay's second run. */
  static JsonNode noted(Replay replay) {
    return replay.plan().orElse(JsonNodeFactory.instance.objectNode()).path(FIELD);
  }

  private record Renamed(SecondRun run) implements TopologyFactory {
    private TopologyFactory live() {
      return run.job().factory();
    }

    @Override
    public String name() {
      return live().name();
    }

    @Override
    public Topology build(Map<String, ?> config) {
      return live().build(config);
    }

    @Override
    public List<JobTopic> topics() {
      List<JobTopic> topics =
          new ArrayList<>(
              live().topics().stream().filter(t -> t.role() == JobTopic.Role.INPUT).toList());
      topics.addAll(run.outputTopics());
      return topics;
    }

    @Override
    public List<Set<String>> coPartitioned() {
      Set<String> outputs = run.job().outputNames();
      return live().coPartitioned().stream()
          .map(
              group ->
                  group.stream()
                      .map(topic -> outputs.contains(topic) ? run.output(topic) : topic)
                      .collect(Collectors.toSet()))
          .toList();
    }

    @Override
    public Map<String, Long> horizonsMs(Map<String, ?> config) {
      return live().horizonsMs(config);
    }

    @Override
    public Map<String, String> repartitioned() {
      return live().repartitioned();
    }

    @Override
    public List<StateQuery> queries() {
      return live().queries();
    }

    @Override
    public Map<String, Object> defaults() {
      return live().defaults();
    }

    @Override
    public ConfigDef config() {
      return live().config();
    }
  }
}

package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.Topology;

/**
 * All rules about one job, in one place: what runs a job and what examines it ask the same.
 *
 * <p>It changes nothing on the brokers, and nothing on disk but by {@link #keptShape}.
 */
public final class Preflight {
  private final JobConfig config;
  private final TopologyFactory factory;
  private final TopologyShape shape;
  private final KeptShape kept;
  private final Clock clock;

  /**
   * @param config the job's settings
   * @param factory the job
   * @param topology what the factory built from the settings
   * @param clock tells how long transactions are open
   */
  public Preflight(JobConfig config, TopologyFactory factory, Topology topology, Clock clock) {
    this.config = config;
    this.factory = factory;
    this.shape = TopologyShape.of(topology.describe());
    this.kept = new KeptShape(config, shape);
    this.clock = clock;
  }

  /**
   * Checks the rules that need no broker.
   *
   * @return the violations that {@code preflight.accept} doesn't name
   */
  public List<Finding> refusedHere() {
    return here().stream()
        .filter(finding -> finding.status() == Finding.Status.VIOLATED)
        .filter(finding -> !config.preflightAccept().contains(finding.rule()))
        .toList();
  }

  private List<Finding> here() {
    List<Finding> findings = new ArrayList<>(SettingRules.check(config));
    findings.addAll(new StateRules(config, shape, kept).check());
    return findings;
  }

  /**
   * Checks every rule.
   *
   * @param admin a client of the job's brokers
   * @throws JobException if they can't be reached, or {@code preflight.accept} names no rule
   */
  public Report check(Admin admin) {
    Brokers brokers = new Brokers(admin, config.bootstrapServers());
    List<Finding> findings = here();
    findings.addAll(new BrokerRules(config, brokers).check());
    findings.addAll(new GroupRules(config, shape, brokers).check());
    TopicsSeen topics =
        TopicsSeen.of(factory.topics().stream().map(JobTopic::name).toList(), brokers);
    InternalTopics internal = InternalTopics.of(config, shape, brokers);
    findings.addAll(new TopicRules(config, factory, topics, brokers).check());
    findings.addAll(new ReplicationRules(config, topics, internal, brokers).check());
    findings.add(new CleanupRule(config, internal, brokers).check());
    findings.addAll(new HorizonRules(config, factory, topics, brokers).check());
    findings.addAll(new SizeRules(config, factory, topics, internal, brokers).check());
    findings.add(new TimestampRule(factory, topics, internal, brokers).check());
    findings.add(new PositionRule(config.applicationId(), shape, topics, brokers).check());
    findings.addAll(new PlacementRules(config, factory, brokers).check());
    findings.add(new RepartitionRule(config, factory, internal, brokers).check());
    findings.addAll(new TransactionRules(config, factory, brokers, clock).check());
    try {
      return new Report(findings, config.preflightAccept());
    } catch (IllegalArgumentException e) {
      throw new JobException(e.getMessage(), e);
    }
  }

  /** The topology's shape, to be kept once the job commits, for the next start to compare. */
  public KeptShape keptShape() {
    return kept;
  }
}

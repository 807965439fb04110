package dev.onceflow.testkit.pipeline;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * Every server a container, on a network of their own, with the settings that docker-compose.yml
 * gives the job and the worker. Ports are published on loopback only, so the engine must be on this
 * machine. A crash of this JVM leaves containers to Ryuk, where it is not switched off.
 */
final class ContainerPipeline extends FlowingPipeline {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final long LOOK_AGAIN_MS = 300;
  private static final int KAFKA_PORT = 9092;
  private static final int POSTGRES_PORT = 5432;
  private static final int HTTP_PORT = 8080;
  private static final String KAFKA_IN_COMPOSE = "kafka:9092";
  // 9092 is the listener whose port is published.
  private static final String KAFKA_INSIDE = "kafka:19092";
  private static final String REGISTRY_INSIDE = "http://registry:8080/apis/ccompat/v7";
  private static final String PAYMENTS = "payments";
  private static final String TOPOLOGY = "dev/onceflow/topology/payments/";
  private static final String JOB_CONFIG = "/etc/onceflow/job.properties";
  private static final String WORKER_CONFIG = "/etc/onceflow/worker.properties";
  private static final String CONNECTOR_CONFIG = "/etc/onceflow/sink-connector.json";

  private final Images images;
  private final Network network = Network.newNetwork();
  private final KafkaContainer kafka;
  private final GenericContainer<?> postgres;
  private final GenericContainer<?> registry;
  private final GenericContainer<?> job;
  private final GenericContainer<?> worker;

  private ContainerPipeline(Images images, Path folder) {
    super(folder);
    this.images = images;
    kafka =
        new KafkaContainer(images.kafka())
            .withNetwork(network)
            .withListener(KAFKA_INSIDE)
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withEnv("KAFKA_HEAP_OPTS", "-Xms64m -Xmx256m")
            .withEnv("KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE", "16777216")
            .withCreateContainerCmdModifier(onLoopback(KAFKA_PORT));
    postgres =
        new GenericContainer<>(images.postgres())
            .withNetwork(network)
            .withNetworkAliases("postgres")
            .withEnv("POSTGRES_USER", PAYMENTS)
            .withEnv("POSTGRES_PASSWORD", PAYMENTS)
            .withEnv("POSTGRES_DB", PAYMENTS)
            .withCopyFileToContainer(
                MountableFile.forClasspathResource(TOPOLOGY + "tables.sql", 0644),
                "/docker-entrypoint-initdb.d/tables.sql")
            .withExposedPorts(POSTGRES_PORT)
            .withCreateContainerCmdModifier(onLoopback(POSTGRES_PORT))
            // First while the image makes the database, then for good.
            .waitingFor(Wait.forLogMessage(".*ready to accept connections.*", 2));
    registry =
        new GenericContainer<>(images.registry())
            .withNetwork(network)
            .withNetworkAliases("registry")
            .withExposedPorts(HTTP_PORT)
            .withCreateContainerCmdModifier(onLoopback(HTTP_PORT))
            .waitingFor(Wait.forHttp("/health/ready").forPort(HTTP_PORT));
    job =
        ours(images.onceflow())
            .withEnv("ONCEFLOW_HEALTH_URL", "http://127.0.0.1:8080/health/ready")
            .withCopyToContainer(settings("job.properties"), JOB_CONFIG)
            .withCommand("run", "--job", PAYMENTS, "--config", JOB_CONFIG);
    worker =
        ours(images.connect())
            .withCopyToContainer(settings("worker.properties"), WORKER_CONFIG)
            .withCopyFileToContainer(
                MountableFile.forClasspathResource(TOPOLOGY + "sink-connector.json", 0644),
                CONNECTOR_CONFIG);
  }

  private GenericContainer<?> ours(DockerImageName image) {
    return new GenericContainer<>(image)
        .withNetwork(network)
        // Built here, so there is nowhere to look for a newer one.
        .withImagePullPolicy(name -> false)
        .waitingFor(Wait.forHealthcheck().withStartupTimeout(START_LIMIT));
  }

  /** A file of docker/compose, which the build puts beside this class. */
  private static Transferable settings(String file) {
    try (InputStream in = ContainerPipeline.class.getResourceAsStream(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Transferable.of(text.replace(KAFKA_IN_COMPOSE, KAFKA_INSIDE));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read", e);
    }
  }

  private static Consumer<CreateContainerCmd> onLoopback(int port) {
    return command ->
        command
            .getHostConfig()
            .withPortBindings(
                new PortBinding(Ports.Binding.bindIp("127.0.0.1"), new ExposedPort(port)));
  }

  /** Why containers can't be had here; empty if they can. */
  static Optional<String> obstacle() {
    DockerClientFactory docker = DockerClientFactory.instance();
    try {
      if (!docker.isDockerAvailable()) {
        return Optional.of("no Docker engine answers Testcontainers");
      }
    } catch (RuntimeException withoutItsOwnImages) {
      return Optional.of(
          "Testcontainers does not start, see TESTCONTAINERS_RYUK_DISABLED: "
              + withoutItsOwnImages.getMessage());
    }
    String engine = docker.dockerHostIpAddress();
    if (!isLoopback(engine)) {
      return Optional.of(
          "Testcontainers takes %s for the engine's address, and ports are published on loopback; "
                  .formatted(engine)
              + "where both are this machine TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1 says so");
    }
    Images images = Images.named();
    for (DockerImageName image : new DockerImageName[] {images.onceflow(), images.connect()}) {
      try {
        docker.client().inspectImageCmd(image.asCanonicalNameString()).exec();
      } catch (NotFoundException notBuilt) {
        return Optional.of("image " + image + " is not there; docker/build makes it");
      }
    }
    return Optional.empty();
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Starts everything; returns when the job and the sink work. */
  static ContainerPipeline start(Path folder) {
    ContainerPipeline pipeline = new ContainerPipeline(Images.named(), folder);
    try {
      Startables.deepStart(pipeline.kafka, pipeline.postgres, pipeline.registry).join();
      // The job makes the topics, so the sink comes after it.
      Startables.deepStart(pipeline.job, pipeline.worker).join();
      pipeline.registerSink();
      return pipeline;
    } catch (RuntimeException e) {
      pipeline.close();
      throw e;
    }
  }

  private void registerSink() {
    Container.ExecResult registered;
    try {
      registered =
          worker.execInContainer(
              "register-connector",
              "http://127.0.0.1:8083",
              CONNECTOR_CONFIG,
              "tasks.max=2",
              "kafka.bootstrap.servers=" + KAFKA_INSIDE,
              "connection.url=jdbc:postgresql://postgres:5432/" + PAYMENTS,
              "connection.user=" + PAYMENTS,
              "connection.password=" + PAYMENTS,
              "value.converter=org.apache.kafka.connect.converters.ByteArrayConverter",
              "avro.registry.url=" + REGISTRY_INSIDE);
    } catch (IOException e) {
      throw new IllegalStateException("The sink can't be registered: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    if (registered.getExitCode() != 0) {
      throw new IllegalStateException("The sink does not run: " + registered.getStderr());
    }
  }

  @Override
  public String place() {
    return "containers of %s, %s, %s, %s, %s"
        .formatted(
            images.kafka(),
            images.postgres(),
            images.registry(),
            images.onceflow(),
            images.connect());
  }

  @Override
  public String bootstrapServers() {
    return kafka.getBootstrapServers();
  }

  @Override
  public String registryUrl() {
    return "http://%s:%d/apis/ccompat/v7"
        .formatted(registry.getHost(), registry.getMappedPort(HTTP_PORT));
  }

  @Override
  public String jdbcUrl() {
    return "jdbc:postgresql://%s:%d/%s?user=%s&password=%s"
        .formatted(
            postgres.getHost(),
            postgres.getMappedPort(POSTGRES_PORT),
            PAYMENTS,
            PAYMENTS,
            PAYMENTS);
  }

  private GenericContainer<?> container(Part part) {
    return switch (part) {
      case JOB -> job;
      case WORKER -> worker;
    };
  }

  @Override
  public void kill(Part part) {
    GenericContainer<?> container = container(part);
    if (!container.isRunning()) {
      throw new IllegalStateException(part + " is down");
    }
    docker().killContainerCmd(container.getContainerId()).withSignal("KILL").exec();
    await(part + " to end", () -> !container.isRunning());
  }

  @Override
  public void start(Part part) {
    GenericContainer<?> container = container(part);
    docker().startContainerCmd(container.getContainerId()).exec();
    await(part + " to work", container::isHealthy);
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(String what, Condition condition) {
    long deadlineNs = System.nanoTime() + START_LIMIT.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadlineNs) {
        throw new IllegalStateException(
            "Waited %d s for %s".formatted(START_LIMIT.toSeconds(), what));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  @Override
  void checkAlive() {
    for (Part part : Part.values()) {
      GenericContainer<?> container = container(part);
      if (!container.isRunning()) {
        throw new IllegalStateException(
            "%s has ended by itself; its log is: %s".formatted(part, container.getLogs()));
      }
    }
  }

  private static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }

  /** Ends all of them in reverse order, also where one can't be ended. */
  @Override
  public void close() {
    try (network;
        kafka;
        postgres;
        registry;
        job;
        worker) {
      // Closing is all.
    }
  }
}

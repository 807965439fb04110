package dev.onceflow.testkit.pipeline;

import org.testcontainers.utility.DockerImageName;

/**
 * The images that containers are made of, by the variables that docker-compose.yml has for them, so
 * that stand-ins can take the place of public ones.
 *
 * @param onceflow our image for every command
 * @param connect our image of a Connect worker with the sink
 */
record Images(
    DockerImageName kafka,
    DockerImageName postgres,
    DockerImageName registry,
    DockerImageName onceflow,
    DockerImageName connect) {

  static Images named() {
    return new Images(
        // A stand-in behaves as the image that it takes the place of.
        image("KAFKA_IMAGE", "apache/kafka:4.3.1").asCompatibleSubstituteFor("apache/kafka"),
        image("POSTGRES_IMAGE", "postgres:18").asCompatibleSubstituteFor("postgres"),
        image("REGISTRY_IMAGE", "apicurio/apicurio-registry-mem:2.6.13.Final"),
        image("ONCEFLOW_IMAGE", "onceflow"),
        image("ONCEFLOW_CONNECT_IMAGE", "onceflow-connect"));
  }

  private static DockerImageName image(String variable, String otherwise) {
    String named = System.getenv(variable);
    return DockerImageName.parse(named == null || named.isBlank() ? otherwise : named);
  }
}

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.HttpConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/**
 * A Neo4j Community server on loopback: {@code java -cp 'lib/*' Neo4jServer.java FOLDER PORT}.
 *
 * <p>The user neo4j signs in with the password in NEO4J_SERVER_PASSWORD, which becomes its own at
 * each start. Without one, as in tests, nobody is asked. Settings of Neo4j in FOLDER/neo4j.conf
 * count, but for those below.
 */
public class Neo4jServer {
  public static void main(String[] args) throws Exception {
    String password = System.getenv().getOrDefault("NEO4J_SERVER_PASSWORD", "");
    DatabaseManagementServiceBuilder builder =
        new DatabaseManagementServiceBuilder(Path.of(args[0]));
    Path conf = Path.of(args[0], "neo4j.conf");
    if (Files.exists(conf)) builder.loadPropertiesFromFile(conf);
    DatabaseManagementService service =
        builder
            .setConfig(BoltConnector.enabled, true)
            .setConfig(
                BoltConnector.listen_address,
                new SocketAddress("127.0.0.1", Integer.parseInt(args[1])))
            .setConfig(HttpConnector.enabled, false)
            .setConfig(GraphDatabaseSettings.auth_enabled, !password.isEmpty())
            .setConfig(GraphDatabaseSettings.transaction_timeout, Duration.ofSeconds(60))
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(service::shutdown));
    if (!password.isEmpty()) {
      service
          .database("system")
          .executeTransactionally(
              "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED",
              Map.of("password", password));
    }
    System.out.println("Graph ready on 127.0.0.1:" + args[1]);
    Thread.currentThread().join();
  }
}

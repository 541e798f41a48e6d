import java.nio.file.Path;
import java.time.Duration;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.HttpConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/** A Neo4j Community server for tests: {@code java -cp 'lib/*' Neo4jServer.java FOLDER PORT}. */
public class Neo4jServer {
  public static void main(String[] args) throws Exception {
    DatabaseManagementService service =
        new DatabaseManagementServiceBuilder(Path.of(args[0]))
            .setConfig(BoltConnector.enabled, true)
            .setConfig(
                BoltConnector.listen_address,
                new SocketAddress("127.0.0.1", Integer.parseInt(args[1])))
            .setConfig(HttpConnector.enabled, false)
            .setConfig(GraphDatabaseSettings.auth_enabled, false)
            .setConfig(GraphDatabaseSettings.transaction_timeout, Duration.ofSeconds(60))
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(service::shutdown));
    System.out.println("Graph ready on 127.0.0.1:" + args[1]);
    Thread.currentThread().join();
  }
}

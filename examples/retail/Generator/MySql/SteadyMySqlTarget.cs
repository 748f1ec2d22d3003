using System.Data.Common;
using System.Globalization;
using System.Text;
using MySql.Data.MySqlClient;
using Orrery.Retail.Changes;

namespace Orrery.Retail.MySql;

/// <summary>
/// Applies transactions to a MySQL or MariaDB that may be killed at any moment and come back: each is there once. Every transaction counts itself in <c>retail_play.progress</c>; after a lost connection the count
/// says which of those under way were committed. For one writer at a time.
/// </summary>
public sealed class SteadyMySqlTarget : IAsyncDisposable
{
    /// <summary>Transactions in one text. They are committed one by one.</summary>
    const int BatchMax = 100;
    const string Count = "SELECT transactions FROM retail_play.progress";

    readonly string connectionString;
    readonly TimeProvider time;
    readonly TimeSpan pause;
    MySqlConnection? connection;
    long given;

    SteadyMySqlTarget(string connectionString, TimeProvider time, TimeSpan pause) => (this.connectionString, this.time, this.pause) = (connectionString, time, pause);

    /// <summary>How often the connection was lost.</summary>
    public int Interruptions { get; private set; }

    /// <summary>Opens it, drops the chain's databases, and makes them and their tables.</summary>
    /// <param name="pause">Between two tries to connect.</param>
    public static async Task<SteadyMySqlTarget> OpenAsync(string connectionString, TimeProvider time, TimeSpan pause, CancellationToken cancellationToken)
    {
        await using (await MySqlTarget.OpenAsync(connectionString, startsAnew: true, cancellationToken))
        {
            // It has made the tables.
        }

        var target = new SteadyMySqlTarget(connectionString, time, pause);
        target.connection = await target.ConnectAsync(cancellationToken);
        await RunAsync(target.connection, "DROP DATABASE IF EXISTS retail_play; CREATE DATABASE retail_play; CREATE TABLE retail_play.progress (transactions BIGINT NOT NULL) ENGINE = InnoDB; INSERT INTO retail_play.progress VALUES (0)", cancellationToken);
        return target;
    }

    /// <summary>Returns when all of them are committed, however often the server goes away meanwhile.</summary>
    public async Task ApplyAsync(IReadOnlyList<RetailTransaction> transactions, CancellationToken cancellationToken)
    {
        long before = given;
        while (given < before + transactions.Count)
        {
            try
            {
                if (connection is null)
                {
                    connection = await ConnectAsync(cancellationToken);
                    given = await CountedAsync(connection, cancellationToken);
                    continue;
                }

                int from = (int)(given - before), count = Math.Min(BatchMax, transactions.Count - from);
                var text = new StringBuilder();
                for (int index = from; index < from + count; index++)
                {
                    text.Append("START TRANSACTION;");
                    MySqlTarget.Append(text, transactions[index]);
                    text.Append(CultureInfo.InvariantCulture, $"UPDATE retail_play.progress SET transactions = {before + index + 1};COMMIT;");
                }

                await RunAsync(connection, text.ToString(), cancellationToken);
                given += count;
            }
            catch (Exception lost) when (!cancellationToken.IsCancellationRequested && IsLost(lost))
            {
                Interruptions++;
                await CloseAsync();
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <summary>Whether a server went away, or is not back yet; what it refuses for another reason is the caller's.</summary>
    static bool IsLost(Exception fault) => fault is IOException or TimeoutException or InvalidOperationException or ObjectDisposedException
        // 0: the driver's own; 1042, 1043: no connection; 1053: the server ends; 1927: killed; 2006, 2013: gone.
        || fault is MySqlException { Number: 0 or 1042 or 1043 or 1053 or 1927 or 2006 or 2013 } || fault.InnerException is { } inner && IsLost(inner);

    static async Task<long> CountedAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(Count, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    static async Task RunAsync(MySqlConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    async Task<MySqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        // One of the driver's pool may be of the server that is gone.
        var opened = new MySqlConnection(new MySqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        try
        {
            await opened.OpenAsync(cancellationToken);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    async Task CloseAsync()
    {
        MySqlConnection? closed = connection;
        connection = null;
        try
        {
            if (closed is not null)
                await closed.DisposeAsync();
        }
        catch (Exception gone) when (gone is DbException or IOException or InvalidOperationException)
        {
            // It is gone already.
        }
    }
}

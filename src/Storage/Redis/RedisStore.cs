using System.Globalization;
using Microsoft.Extensions.Logging;
using Orrery.Runtime.Storage;
using Orrery.Storage.Cluster;
using StackExchange.Redis;

namespace Orrery.Storage.Redis;

/// <summary>
/// One connection to a Redis. Every change is one script: Redis runs it as one step, and answers when it is in the append-only file and flushed.
/// <para>
/// When first used, the server's settings are checked and the store's identity is read, or chosen where there is none. From then on each script compares the
/// identity first. A server that lost its data, or another one at the same address, has none or another: every call then fails, and no row is written into
/// the emptiness. Where the connection breaks while a change is under way, nobody knows whether it was made: the caller gets an error that says so.
/// </para>
/// </summary>
sealed class RedisStore(string connectionText, string prefix, string description, TimeSpan operationTimeout, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>The layout of keys and values that this program reads and writes.</summary>
    const int SchemaVersion = 1;

    const string LostMark = "ORRERY-LOST";
    const string NewerMark = "ORRERY-NEWER";
    const int PauseMilliseconds = 100;

    /// <summary>Opening makes the identity in the same step in which it finds none: no lock is needed.</summary>
    const string OpenScript = $$"""
        local schema = redis.call('GET', KEYS[2])
        if schema and tonumber(schema) > tonumber(ARGV[2]) then return redis.error_reply('{{NewerMark}} ' .. schema) end
        local identity = redis.call('GET', KEYS[1])
        if identity then return identity end
        redis.call('SET', KEYS[1], ARGV[1])
        redis.call('SET', KEYS[2], ARGV[2])
        return ARGV[1]
        """;

    /// <summary>Stands before every other script. KEYS[1] is the identity's key, ARGV[1] the identity, ARGV[2] the prefix; a script's own values follow.</summary>
    const string Preamble = $$"""
        local identity = redis.call('GET', KEYS[1])
        if identity ~= ARGV[1] then return redis.error_reply('{{LostMark}} ' .. (identity or '')) end
        local P = ARGV[2]
        local function newer(a, b) return #a > #b or (#a == #b and a > b) end
        """;

    readonly SemaphoreSlim gate = new(1, 1);
    ConnectionMultiplexer? multiplexer;
    string? identity;
    bool disposed;

    public string Description { get; } = description;

    public string Prefix { get; } = prefix;

    /// <summary>The whole text of a script.</summary>
    public static string Script(string body) => Preamble + "\n" + body;

    /// <summary>The identity that the store had when it was first used.</summary>
    /// <exception cref="ClusterStoreException">The server cannot be used as it is.</exception>
    /// <exception cref="StoreException">It cannot be reached.</exception>
    public async Task<string> OpenAsync(CancellationToken cancellationToken) =>
        await RunAsync("open the store", isRead: true, _ => Task.FromResult(identity!), cancellationToken).ConfigureAwait(false);

    /// <summary>Runs a script.</summary>
    /// <param name="action">What is tried, for messages.</param>
    /// <param name="script">As <see cref="Script"/> made it.</param>
    /// <param name="isRead">Whether it changes nothing, so that it may be run again.</param>
    /// <param name="arguments">ARGV from 3 on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<RedisResult> EvaluateAsync(string action, string script, bool isRead, IReadOnlyList<RedisValue> arguments, CancellationToken cancellationToken) =>
        RunAsync(action, isRead, database =>
        {
            var values = new RedisValue[arguments.Count + 2];
            (values[0], values[1]) = (identity, Prefix);
            for (var index = 0; index < arguments.Count; index++) values[index + 2] = arguments[index];
            return EvaluateAsync(database, script, [IdentityKey], values);
        }, cancellationToken);

    /// <summary>Runs commands that only read.</summary>
    public Task<T> ReadAsync<T>(string action, Func<IDatabase, Task<T>> read, CancellationToken cancellationToken) => RunAsync(action, isRead: true, read, cancellationToken);

    public void Dispose()
    {
        disposed = true;
        multiplexer?.Close(allowCommandsToComplete: false); // Disposing alone would wait for the server's farewell until its time is over.
        multiplexer?.Dispose();
        gate.Dispose();
    }

    RedisKey IdentityKey => $"{Prefix}:identity";

    async Task<T> RunAsync<T>(string action, bool isRead, Func<IDatabase, Task<T>> work, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var wasSent = false;
            try
            {
                var left = operationTimeout - time.GetElapsedTime(started);
                var database = await ConnectAsync(cancellationToken).WaitAsync(Max(left), time, cancellationToken).ConfigureAwait(false);
                wasSent = true;
                return await work(database).WaitAsync(Max(left), time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is RedisException or TimeoutException)
            {
                if (error is RedisServerException refusal && !IsPassing(refusal)) throw Explain(action, refusal);
                var isUnknown = wasSent && !isRead && !NeverSent(error);
                if (isUnknown || IsRefused(error) || time.GetElapsedTime(started) + TimeSpan.FromMilliseconds(PauseMilliseconds) > operationTimeout)
                    throw Unavailable(action, error, isUnknown);
                if (attempt == 1) RedisLog.Retried(logger, error, action, Description);
                await Task.Delay(TimeSpan.FromMilliseconds(PauseMilliseconds), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    static TimeSpan Max(TimeSpan left) => left > TimeSpan.FromMilliseconds(PauseMilliseconds) ? left : TimeSpan.FromMilliseconds(PauseMilliseconds);

    async Task<IDatabase> ConnectAsync(CancellationToken cancellationToken)
    {
        if (multiplexer is { } ready && identity is not null) return ready.GetDatabase();
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (multiplexer is null)
            {
                var options = ConfigurationOptions.Parse(connectionText);
                options.ClientName = "orrery";
                options.AllowAdmin = true; // For CONFIG GET.
                options.TieBreaker = "";
                options.ConfigurationChannel = "";
                options.ConnectTimeout = (int)operationTimeout.TotalMilliseconds / 3; // The driver then says why, within the operation's time.
                options.SyncTimeout = (int)operationTimeout.TotalMilliseconds;
                multiplexer = await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);
                RedisLog.Connected(logger, Description);
            }

            var database = multiplexer.GetDatabase();
            if (identity is null)
            {
                await RedisSettings.CheckAsync(database, Description).ConfigureAwait(false);
                var found = await EvaluateAsync(
                    database, OpenScript, [IdentityKey, $"{Prefix}:schema"], [ClusterRows.NewIdentity(), SchemaVersion.ToString(CultureInfo.InvariantCulture)]).ConfigureAwait(false);
                identity = (string)found;
            }

            return database;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The driver sends a script's text once and its hash afterwards; a server that was restarted does not know the hash, and has done nothing.</summary>
    static async Task<RedisResult> EvaluateAsync(IDatabase database, string script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script, keys, values).ConfigureAwait(false);
        }
        catch (RedisServerException error) when (error.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(script, keys, values).ConfigureAwait(false);
        }
    }

    /// <summary>The server is there but not ready; it has done nothing.</summary>
    static bool IsPassing(RedisServerException error) =>
        error.Message.StartsWith("LOADING", StringComparison.Ordinal) || error.Message.StartsWith("BUSY", StringComparison.Ordinal) || error.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal);

    static bool NeverSent(Exception error) =>
        error is RedisServerException || (error is RedisConnectionException connection && (connection.FailureType is ConnectionFailureType.UnableToConnect or ConnectionFailureType.UnableToResolvePhysicalConnection
            || connection.Message.StartsWith("No connection is available", StringComparison.Ordinal)));

    /// <summary>The driver tells it in several ways.</summary>
    static bool IsRefused(Exception error)
    {
        var text = error.ToString();
        return text.Contains("AuthenticationFailure", StringComparison.Ordinal) || text.Contains("NOAUTH", StringComparison.Ordinal) || text.Contains("WRONGPASS", StringComparison.Ordinal);
    }

    Exception Explain(string action, RedisServerException error)
    {
        if (error.Message.StartsWith(LostMark, StringComparison.Ordinal))
        {
            var found = error.Message[LostMark.Length..].Trim();
            return new ClusterStoreException(
                $"Could not {action} ({Description}): the store {(found.Length == 0 ? "has lost its data: its identity is gone" : $"is another one: its identity is {found}")}; it was {identity} when this process began. "
                + "Stop all silos, restore the server's append-only file, and start again.", error);
        }

        if (error.Message.StartsWith(NewerMark, StringComparison.Ordinal))
        {
            return new ClusterStoreException(
                $"Could not {action} ({Description}): a newer version wrote the data (layout {error.Message[NewerMark.Length..].Trim()}, this program knows {SchemaVersion}). Start the newer program; nothing was changed.", error);
        }

        var advice = error.Message switch
        {
            ['R', 'E', 'A', 'D', 'O', 'N', 'L', 'Y', ..] => " It is a replica now: connect to the master; after a fail-over see the reference of storage before going on.",
            ['O', 'O', 'M', ..] => " Its memory is full: raise maxmemory.",
            ['M', 'I', 'S', 'C', 'O', 'N', 'F', ..] => " It cannot write to its disk: see its log.",
            ['N', 'O', 'A', 'U', 'T', 'H', ..] or ['W', 'R', 'O', 'N', 'G', 'P', 'A', 'S', 'S', ..] or ['N', 'O', 'P', 'E', 'R', 'M', ..] => " Check the password and what its user may do.",
            _ => "",
        };
        return new StoreException($"Could not {action} ({Description}): it reported an error: {error.Message.TrimEnd('.')}.{advice}", isOutcomeKnown: true, error);
    }

    StoreException Unavailable(string action, Exception error, bool isUnknown)
    {
        var isRefused = IsRefused(error);
        var what = isRefused ? "it refuses the password" : error is TimeoutException ? $"it did not answer within {operationTimeout.TotalSeconds} s" : "the server cannot be reached or is not ready";
        var advice = isRefused ? "Check the password of the connection." : "Check that the server runs and that its host and port are right.";
        var outcome = isUnknown ? " Whether it is stored is not known." : "";
        return new($"Could not {action} ({Description}): {what}.{outcome} {advice}", !isUnknown, error);
    }
}

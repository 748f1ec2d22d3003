using System.Globalization;
using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using StackExchange.Redis;

namespace Orrery.Connectors.Redis;

/// <summary>
/// A dimension table in one Redis (not a cluster of them): each row a hash under <c>prefix:id</c>, its fields the columns that are not null, as texts.
/// <para>
/// Changes are written in steps of bounded size (MULTI), each pipelined. A hash is replaced as a whole, so that no field of an older row stays. The last step of
/// a call writes the <em>marker</em> with it, under <c>prefix#source</c>: how far the source's changes are in. Every step first compares the marker with the one
/// that this object knows (WATCH): a writer that was replaced, or one whose server lost its data, fails with <see cref="RedisDimensionException.IsMoved"/> and
/// changes nothing. Steps before the last may be there without the marker after a crash; the source's replay writes the same rows again.
/// </para>
/// <para>
/// Where the connection breaks while a step is under way, nobody knows whether it was made: the marker is read, and the step made again only if it was not. A step
/// without marker is simply made again: it says how rows are, not how they change.
/// </para>
/// For one caller at a time.
/// </summary>
public sealed class RedisDimension : IDisposable
{
    const string SequenceField = "sequence", CheckpointField = "checkpoint";

    readonly ConnectionMultiplexer multiplexer;
    readonly StackExchange.Redis.IDatabase database;
    readonly RedisDimensionOptions options;
    readonly TableSchema schema, keySchema;
    readonly Dictionary<string, int> columns;
    readonly TimeProvider time;
    readonly RedisKey markerKey;

    RedisDimension(ConnectionMultiplexer multiplexer, TableSchema schema, RedisDimensionOptions options, TimeProvider time)
    {
        (this.multiplexer, this.schema, this.options, this.time) = (multiplexer, schema, options, time);
        database = multiplexer.GetDatabase();
        keySchema = RowKeys.SchemaOf(schema);
        columns = Enumerable.Range(0, schema.Columns.Count).ToDictionary(index => schema.Columns[index].Name, StringComparer.Ordinal);
        markerKey = options.Prefix + options.MarkerSuffix;
    }

    /// <summary>The marker as it was read when opening, or as this object wrote it last; null where there is none.</summary>
    public RedisMarker? Marker { get; private set; }

    /// <summary>Connects and reads the marker.</summary>
    /// <param name="connection">As StackExchange.Redis takes it: <c>host:6379,password=…,ssl=true</c>.</param>
    /// <param name="schema">Of the rows; it has a key.</param>
    /// <param name="options">Prefix and bounds.</param>
    /// <param name="time">For pauses.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">An option or the connection's text cannot be used, or the schema has no key.</exception>
    /// <exception cref="RedisDimensionException">The server cannot be reached.</exception>
    public static async Task<RedisDimension> OpenAsync(string connection, TableSchema schema, RedisDimensionOptions options, TimeProvider time, CancellationToken cancellationToken = default)
    {
        options.Validate();
        ConfigurationOptions configuration;
        try
        {
            configuration = ConfigurationOptions.Parse(connection);
        }
        catch (ArgumentException error)
        {
            // The text may hold a password: it is not repeated.
            throw new ArgumentException($"The connection of a Redis cannot be read ({error.GetType().Name}). It is host:port, and options behind commas.");
        }

        configuration.AbortOnConnectFail = false;
        var dimension = new RedisDimension(await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false), schema, options, time);
        try
        {
            dimension.Marker = await dimension.RetryAsync("read the marker", dimension.ReadMarkerAsync, cancellationToken).ConfigureAwait(false);
            return dimension;
        }
        catch
        {
            dimension.Dispose();
            throw;
        }
    }

    /// <summary>Writes changes in their order; of several of one row the last counts.</summary>
    /// <param name="changes">Any number; they are sent in bounded steps.</param>
    /// <param name="marker">Where the source stands behind them.</param>
    /// <param name="cancellationToken">Asked between steps.</param>
    /// <exception cref="RedisDimensionException">The marker was moved by somebody else (<see cref="RedisDimensionException.IsMoved"/>), or the server cannot be reached.</exception>
    /// <exception cref="ArgumentException">The marker lies behind the one that is there.</exception>
    public async Task ApplyAsync(IReadOnlyList<RedisChange> changes, RedisMarker marker, CancellationToken cancellationToken = default)
    {
        if (Marker is { } known && marker.Sequence <= known.Sequence) throw new ArgumentException($"The marker {marker.Sequence} of {options.Prefix} does not lie behind {known.Sequence}, which is written already.", nameof(marker));
        int at = 0;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = new Dictionary<string, HashEntry[]?>(StringComparer.Ordinal);
            for (int bytes = 0; at < changes.Count && step.Count < options.TransactionRowsLimit && bytes < options.TransactionBytesLimit; at++)
            {
                RedisChange change = changes[at];
                bytes += change.Bytes.Length;
                if (change.IsDeleted) step[KeyOf(keySchema, change.Bytes.Span)] = null;
                else step[KeyOf(schema, change.Bytes.Span)] = Fields(change.Bytes.Span);
            }

            RedisMarker? written = at == changes.Count ? marker : null;
            await RetryAsync("write changes", () => StepAsync(step, written), cancellationToken).ConfigureAwait(false);
        }
        while (at < changes.Count);
        Marker = marker;
    }

    /// <summary>Reads rows by their keys (<see cref="RowKeys"/>), pipelined. The answers are in the keys' order; null where there is none.</summary>
    /// <exception cref="ValueRangeException">A field is no value of its column.</exception>
    public async Task<IReadOnlyList<byte[]?>> ReadAsync(IReadOnlyList<byte[]> keys, CancellationToken cancellationToken = default)
    {
        var rows = new byte[]?[keys.Count];
        for (int from = 0; from < keys.Count; from += options.ReadKeysLimit)
        {
            int first = from, count = Math.Min(options.ReadKeysLimit, keys.Count - from);
            string[] names = [.. Enumerable.Range(first, count).Select(index => KeyOf(keySchema, keys[index]))];
            HashEntry[][] hashes = await RetryAsync("read rows", () => Task.WhenAll(names.Select(name => database.HashGetAllAsync(name))), cancellationToken).ConfigureAwait(false);
            for (int index = 0; index < count; index++) rows[first + index] = hashes[index].Length == 0 ? null : RowOf(names[index], hashes[index]);
        }

        return rows;
    }

    public void Dispose() => multiplexer.Dispose();

    async Task<bool> StepAsync(Dictionary<string, HashEntry[]?> step, RedisMarker? written)
    {
        ITransaction transaction = database.CreateTransaction();
        transaction.AddCondition(Marker is { } known ? Condition.HashEqual(markerKey, SequenceField, known.Sequence) : Condition.KeyNotExists(markerKey));
        var parts = new List<Task>();
        foreach ((string key, HashEntry[]? fields) in step)
        {
            parts.Add(transaction.KeyDeleteAsync(key));
            if (fields is not null) parts.Add(transaction.HashSetAsync(key, fields));
        }

        if (written is not null) parts.Add(transaction.HashSetAsync(markerKey, [new HashEntry(SequenceField, written.Sequence), new HashEntry(CheckpointField, written.Checkpoint)]));
        if (parts.Count == 0) return true;
        if (await transaction.ExecuteAsync().ConfigureAwait(false))
        {
            await Task.WhenAll(parts).ConfigureAwait(false);
            return true;
        }

        // An earlier attempt of this step may have been made and its answer lost.
        RedisMarker? now = await ReadMarkerAsync().ConfigureAwait(false);
        if (written is not null && now == written) return true;
        throw new RedisDimensionException($"The marker of {options.Prefix} in Redis is {now?.Sequence.ToString(CultureInfo.InvariantCulture) ?? "gone"}, and this writer knows {Marker?.Sequence.ToString(CultureInfo.InvariantCulture) ?? "of none"}: another writer took over, or the server lost its data. Nothing was written; open the table again and go on from the marker that is there.") { IsMoved = true };
    }

    async Task<RedisMarker?> ReadMarkerAsync()
    {
        RedisValue[] values = await database.HashGetAsync(markerKey, [SequenceField, CheckpointField]).ConfigureAwait(false);
        return values[0].IsNull ? null : new RedisMarker((long)values[0], (string?)values[1] ?? "");
    }

    async Task<T> RetryAsync<T>(string action, Func<Task<T>> operation, CancellationToken cancellationToken)
    {
        TimeSpan pause = options.Pause;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                // One that is given up is still sent before the next, if at all, and finds its marker moved or writes the same.
                return await operation().WaitAsync(options.AnswerTimeout, time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (IsTransient(error))
            {
                if (attempt >= options.AttemptsMax)
                    throw new RedisDimensionException($"Could not {action} of {options.Prefix} in Redis within {attempt} attempts ({error.GetType().Name}). Check that the server runs, and that its address is right.", error);
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
                pause = pause * 2 < options.PauseMax ? pause * 2 : options.PauseMax;
            }
        }
    }

    /// <summary>The connection is away or came away, or the server is loading its data after a start.</summary>
    static bool IsTransient(Exception error) => error is RedisConnectionException or TimeoutException or TaskCanceledException
        || error is RedisServerException { Message: var said } && (said.StartsWith("LOADING", StringComparison.Ordinal) || said.StartsWith("READONLY", StringComparison.Ordinal) || said.StartsWith("MASTERDOWN", StringComparison.Ordinal));

    HashEntry[] Fields(ReadOnlySpan<byte> row)
    {
        var fields = new List<HashEntry>(schema.Columns.Count);
        var reader = new RowReader(schema, row);
        while (reader.Read())
        {
            if (reader.IsMissing) throw new ValueRangeException($"Table {schema}, {RowKeys.Describe(schema, row, 0)}, column '{reader.Column.Name}': the row does not say what it holds, and a hash is written as a whole.");
            if (!reader.IsNull) fields.Add(new HashEntry(reader.Column.Name, RedisTexts.Write(in reader)));
        }

        return [.. fields];
    }

    byte[] RowOf(string key, HashEntry[] fields)
    {
        var values = new byte[]?[schema.Columns.Count];
        foreach (HashEntry field in fields)
            if (columns.TryGetValue((string)field.Name!, out int index))
                values[index] = field.Value;
        var writer = new RowWriter();
        writer.BeginRow(values.Length);
        for (int index = 0; index < values.Length; index++)
        {
            if (values[index] is { } value) RedisTexts.Read(writer, schema.Columns[index], value, key);
            else writer.WriteNull();
        }

        writer.EndRow();
        return writer.Written.ToArray();
    }

    /// <summary>The key's texts with colons between them. A colon within one of several is written as %3A, and the percent sign as %25.</summary>
    string KeyOf(TableSchema of, ReadOnlySpan<byte> row)
    {
        var parts = new string?[of.Columns.Count];
        var reader = new RowReader(of, row);
        while (reader.Read())
        {
            if (!of.KeyColumns.Contains(reader.Index)) continue;
            parts[reader.Index] = reader.IsNull || reader.IsMissing
                ? throw new ValueRangeException($"Table {schema}: a row has no value in column '{reader.Column.Name}' of its key.")
                : reader.Kind == ColumnKind.Binary ? Convert.ToHexString(reader.Value) : (string)RedisTexts.Write(in reader)!;
        }

        if (of.KeyColumns.Count == 1) return $"{options.Prefix}:{parts[of.KeyColumns[0]]}";
        var key = new StringBuilder(options.Prefix);
        foreach (int index in of.KeyColumns) key.Append(':').Append(parts[index]!.Replace("%", "%25", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal));
        return key.ToString();
    }
}

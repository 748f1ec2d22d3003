using System.Data.Common;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Integration.Cloud;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Integration;

/// <summary>
/// Runs a mapping: entity by entity in the order of their dependencies, batch by batch. Each batch's documents are looked up in the target by their key; what is new is made, what differs is changed,
/// what is the same is left alone, so that a run that broke off, or runs twice, ends the same. Documents that cannot be made or are refused go to the reject file, and the others on.
/// An entity that knows what changed keeps how far it was read, as long as nothing was rejected. Calls block.
/// </summary>
/// <param name="mapping">What becomes what.</param>
/// <param name="from">The source.</param>
/// <param name="to">A database, or a <see cref="CloudAddress"/>.</param>
/// <param name="options">How.</param>
/// <param name="time">The clock.</param>
/// <param name="progress">Told what an entity has so far, after each batch; null: nobody.</param>
public sealed class IntegrationRun(Mapping mapping, DatabaseAddress from, string to, IntegrationOptions options, TimeProvider time, Action<EntityReport>? progress)
{
    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Dictionary<string, IReadOnlyDictionary<string, string?>> lookups = new(StringComparer.Ordinal);
    readonly RejectFile rejects = new(options.RejectFile, options.RejectsMax, 0);

    /// <exception cref="Yaml.FileFaultException">An expression means nothing over the source's columns.</exception>
    /// <exception cref="ArgumentException">Source or target do not have what the mapping names.</exception>
    /// <exception cref="DbException">A database refuses.</exception>
    /// <exception cref="CloudException">The target refuses or does not answer.</exception>
    /// <exception cref="RejectQuotaException">Too many documents were refused.</exception>
    public IntegrationReport Run(CancellationToken cancellationToken = default)
    {
        foreach (string unknown in options.Only.Where(name => !mapping.Entities.Any(entity => entity.Name == name)))
            throw new ArgumentException($"The mapping has no entity '{unknown}'; it has: {string.Join(", ", mapping.Entities.Select(entity => entity.Name))}.");
        var state = new IntegrationState(options.StateFile);
        using IDatabase source = Open(from), lineSource = Open(from);
        using IIntegrationTarget target = CloudAddress.IsOne(to) ? new CloudTarget(CloudAddress.Parse(to), options.Cloud, time) : new DatabaseTarget(DatabaseAddress.Parse(to).Open());
        var reports = new List<EntityReport>();
        foreach (MappedEntity entity in mapping.Entities.Where(entity => options.Only.Count == 0 || options.Only.Contains(entity.Name)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            reports.Add(Run(entity, source, lineSource, target, state, cancellationToken));
        }

        return new IntegrationReport(reports);
    }

    EntityReport Run(MappedEntity entity, IDatabase source, IDatabase lineSource, IIntegrationTarget target, IntegrationState state, CancellationToken cancellationToken)
    {
        SourceReader heads = new(source, entity.Source);
        SourceReader? lines = entity.Lines is { } mapped ? new SourceReader(lineSource, mapped.Source) : null;
        using DocumentMaker maker = DocumentMaker.Make(entity, mapping, name => Lookup(name, lineSource, target, cancellationToken), target, heads, lines, time);
        LineFeed? feed = lines is null ? null : new LineFeed(entity, heads, lines);
        int changed = entity.Changed is { } column ? heads.IndexOf(column) : -1;
        if (entity.Changed is not null && changed < 0) throw new ArgumentException($"{entity.Source.Place}: the source of entity '{entity.Name}' has no column '{entity.Changed}'; it has: {string.Join(", ", heads.Columns.Select(each => each.Name))}.");
        bool isPart = changed >= 0 && !options.IsFull && !options.IsReconciliation && state[entity.Name] is not null;
        object? watermark = isPart ? Watermark.Parse(state[entity.Name]!) : null;
        var pass = new EntityPass(entity, target, options, Reject, progress);
        object? greatest = watermark;
        var batch = new List<(Document, object?[])>();
        foreach (object?[] row in heads.Read(isPart ? $"{heads.Quote(changed)} >= @p0" : null, isPart ? [watermark!] : []))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (changed >= 0 && row[changed] is { } value && (greatest is null || Watermark.Compare(value, greatest) > 0)) greatest = value;
            Document? document = maker.Head(row, out string? reason);
            if (document is null) pass.Without(reason, heads, row);
            else if (pass.IsFirst(document, heads, row)) batch.Add((document, row));
            if (batch.Count < entity.Target.Batch) continue;
            pass.Take(Lines(batch), cancellationToken);
            batch.Clear();
        }

        if (batch.Count > 0) pass.Take(Lines(batch), cancellationToken);
        if (options.IsReconciliation) pass.Compare(cancellationToken);
        EntityReport report = pass.Report;
        // What was rejected is read again by the next run: how far it was read does not move over it.
        if (!options.IsDryRun && !options.IsReconciliation && greatest is not null && report.Rejected == 0) state.Set(entity.Name, Watermark.Text(greatest));
        return report;

        List<Document> Lines(List<(Document Head, object?[] Row)> taken)
        {
            if (feed is null) return [.. taken.Select(pair => pair.Head)];
            ILookup<int, object?[]> found = feed.Read([.. taken.Select(pair => pair.Row)]);
            var made = new List<Document>();
            for (int index = 0; index < taken.Count; index++)
            {
                if (maker.WithLines(taken[index].Head, found[index], out string? why) is { } whole) made.Add(whole);
                else pass.Reject(taken[index].Head, why!);
            }

            return made;
        }
    }

    /// <summary>Read when first used: what an entity before has written is among it.</summary>
    IReadOnlyDictionary<string, string?> Lookup(string name, IDatabase source, IIntegrationTarget target, CancellationToken cancellationToken)
    {
        if (lookups.TryGetValue(name, out IReadOnlyDictionary<string, string?>? known)) return known;
        MappedLookup lookup = mapping.Lookups[name];
        var pairs = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach ((string key, string? value) in lookup.IsOfTarget ? target.Pairs(lookup, cancellationToken) : LookupReader.Pairs(source, lookup, cancellationToken))
        {
            if (pairs.Count >= LookupReader.PairsMax) throw new ArgumentException($"{lookup.Source.Place}: lookup '{name}' has more than {LookupReader.PairsMax.ToString(CultureInfo.InvariantCulture)} pairs: join in the source's query instead.");
            pairs.TryAdd(key, value);
        }

        return lookups[name] = pairs;
    }

    void Reject(string entity, string key, string reason, IReadOnlyDictionary<string, string?> values)
    {
        rejects.Keep([JsonSerializer.Serialize(new { entity, key, reason, row = values }, Json)]);
        if (rejects.Left < 0) throw new RejectQuotaException($"More than {options.RejectsMax.ToString("N0", CultureInfo.InvariantCulture)} documents were refused, the last of them {entity} {key}: {reason} See {options.RejectFile}; --rejects allows more.", null);
    }

    /// <summary>A slow target lets the source wait between batches.</summary>
    static IDatabase Open(DatabaseAddress address)
    {
        IDatabase database = address.Open();
        if (database.Dialect.Engines[0] == "mysql") database.Execute("SET SESSION net_write_timeout = 86400");
        return database;
    }
}

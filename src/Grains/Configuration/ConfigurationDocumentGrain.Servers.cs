using Orrery.Grains.Configuration.Values;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Configuration;

/// <summary>What servers are to have, and what they say that they have.</summary>
sealed partial class ConfigurationDocumentGrain
{
    const int ReadersMax = 1_000, RowsMax = 20_000, ErrorLengthMax = 500;
    bool hasNewReports;

    public async Task<ConfigurationResolved> Resolve(ConfigurationReader[] readers, ConfigurationFormat? format, long fleetStamp)
    {
        CheckTenant();
        if (readers.Length is 0 or > ReadersMax)
            throw new InvalidInputException("readers", $"{readers.Length} readers; there can be 1 to {ReadersMax}.");
        ConfigurationBase fleet = await BaseAsync(fleetStamp);
        Dictionary<string, ConfigurationPart> own = Parts();
        var contents = new List<ConfigurationContent>();
        int[] places = new int[readers.Length];
        for (int reader = 0; reader < readers.Length; reader++)
        {
            CheckOwn(readers[reader]);
            ConfigurationContent content = merge.Content(fleet, own, readers[reader], format);
            int place = contents.IndexOf(content);
            if (place < 0)
            {
                place = contents.Count;
                contents.Add(content);
            }

            places[reader] = place;
        }

        return new ConfigurationResolved([.. contents], places);
    }

    public async Task<ConfigurationEffective> Effective(ConfigurationReader reader)
    {
        CheckTenant();
        CheckOwn(reader);
        return merge.Effective(await BaseAsync(-1), Parts(), WithKnown(reader));
    }

    public async Task Report(ConfigurationReport report)
    {
        CheckTenant();
        CheckOwn(report.Reader);
        Dictionary<string, ReportRow> rows = reports.State.Rows;
        ReportRow? before = rows.GetValueOrDefault(report.Reader.Server);
        if (before is null && rows.Count >= RowsMax)
            throw new LimitReachedException($"{RowsMax} servers of '{Owner}' report '{Document}', the most that are kept.");
        if (rows.Count == 0)
            await Directory.AddTenant(Document, Owner);
        DateTimeOffset now = time.GetUtcNow();
        report = report with { Error = report.Error is { Length: > ErrorLengthMax } error ? error[..ErrorLengthMax] : report.Error };
        rows[report.Reader.Server] = new ReportRow(report, now, before?.Report.Digest == report.Digest ? before.SinceAt : now);
        hasNewReports = true;
    }

    public async Task<IReadOnlyList<ConfigurationServer>> Servers(string? site)
    {
        CheckTenant();
        ConfigurationBase fleet = await BaseAsync(-1);
        Dictionary<string, ConfigurationPart> own = Parts();
        Dictionary<string, int> scores = (await GrainFactory.GetGrain<ITenantHealthGrain>(Owner).ListServers(null)).ToDictionary(static each => each.Server, static each => each.Score, StringComparer.Ordinal);
        string? at = site is null ? null : EntityKeys.Site(Owner, site);
        return [.. reports.State.Rows.Values.Where(row => at is null || EntityKeys.SiteOf(row.Report.Reader.Server) == at).Select(row => Show(row, fleet, own, scores))
            .OrderByDescending(static server => server.DriftSince is not null).ThenBy(static server => server.Server, StringComparer.Ordinal)];
    }

    ConfigurationServer Show(ReportRow row, ConfigurationBase fleet, Dictionary<string, ConfigurationPart> own, Dictionary<string, int> scores)
    {
        (ConfigurationReader reader, string mark, string digest, string? error) = row.Report;
        ConfigurationContent wanted = merge.Content(fleet, own, reader, null);
        // It differs since the later of the two moved away from the other.
        DateTimeOffset changed = ConfigurationMerge.ChangedAt(fleet, own, reader);
        DateTimeOffset? since = digest == wanted.Digest ? null : changed > row.SinceAt ? changed : row.SinceAt;
        return new ConfigurationServer(
            reader.Server, reader.Version, reader.Tag, mark, digest, row.SeenAt, wanted.Mark, wanted.Digest, since, wanted.Problem is { } problem ? $"It is not sent, since it violates the schema at {problem}." : error,
            scores.TryGetValue(reader.Server, out int score) ? score : null);
    }

    /// <summary>Version and tag as the server itself says them, where nobody says others.</summary>
    ConfigurationReader WithKnown(ConfigurationReader reader) => reports.State.Rows.GetValueOrDefault(reader.Server)?.Report.Reader is { } said
        ? reader with { Version = reader.Version.Length > 0 ? reader.Version : said.Version, Tag = reader.Tag.Length > 0 ? reader.Tag : said.Tag }
        : reader;

    async Task StoreReportsAsync()
    {
        if (!hasNewReports)
            return;
        hasNewReports = false;
        DateTimeOffset oldest = time.GetUtcNow() - options.ReportAgeMax;
        foreach (string gone in reports.State.Rows.Where(row => row.Value.SeenAt < oldest).Select(static row => row.Key).ToArray())
            reports.State.Rows.Remove(gone);
        await reportWriter.WriteAsync();
    }

    void CheckTenant()
    {
        if (IsFleet)
            throw new NotFoundException("Servers belong to tenants: ask a tenant's part of the document.");
    }

    void CheckOwn(ConfigurationReader reader)
    {
        if (EntityKeys.TenantOf(reader.Server) != Owner || reader.Server.Split('/').Length != 3)
            throw new NotFoundException($"There is no server '{Cut(reader.Server)}' of '{Owner}'.");
    }
}

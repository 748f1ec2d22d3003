using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Configuration.Values;
using Orrery.Grains.Input;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Configuration;

/// <summary>
/// Layers are registers with versions: each has what is live and at most one open change, which is a draft, waits for approval, or rolls. The vendor's grain holds what all tenants share; a tenant's merges it with its own layers
/// for its servers and asks for it again when the news say that it changed. Which servers a rolling change reaches follows from their keys (<see cref="ConfigurationReach"/>), so a roll-out is nothing but the waves that are
/// kept with the change, and a crash in its midst loses nothing.
/// </summary>
/// <remarks>Calls that change something take turns; reads come between. State is changed between two awaits and then written.</remarks>
sealed partial class ConfigurationDocumentGrain : Grain, IConfigurationDocumentGrain, IRemindable
{
    const int HistoryMax = 1_000, LayersMax = 5_000, SecretsMax = 50, CommentLengthMax = 500, SecretLengthMax = 200;
    const string WakeReminder = "wake";
    static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    readonly IPersistentState<ConfigurationState> stored;
    readonly IPersistentState<ReportState> reports;
    readonly StateWriter writer, reportWriter;
    readonly Announcement announcement;
    readonly SecretBox box;
    readonly ConfigurationMerge merge;
    readonly ConfigurationOptions options;
    readonly TimeProvider time;
    readonly ILogger<ConfigurationDocumentGrain> logger;
    IGrainTimer? looking;
    ConfigurationBase? known;

    public ConfigurationDocumentGrain(
        [PersistentState("configuration")] IPersistentState<ConfigurationState> stored, [PersistentState("configuration-reports")] IPersistentState<ReportState> reports, SecretBox box,
        IOptions<ConfigurationOptions> options, TimeProvider time, ILogger<ConfigurationDocumentGrain> logger)
    {
        this.stored = stored;
        this.reports = reports;
        this.box = box;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
        reportWriter = new StateWriter(reports, DeactivateOnIdle);
        merge = new ConfigurationMerge(patterns => SecretsOf(patterns));
        announcement = new Announcement(this, "news of configuration", () => Directory.Announce(Key, State.Stamp), logger);
    }

    string Key => this.GetPrimaryKeyString();

    string Owner => EntityKeys.TenantOf(Key);

    string Document => ConfigurationKeys.DocumentOf(Key);

    bool IsFleet => Owner == EntityKeys.Fleet;

    ConfigurationState State => stored.State;

    IConfigurationDirectoryGrain Directory => GrainFactory.GetGrain<IConfigurationDirectoryGrain>(EntityKeys.Fleet);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Stamp > 0)
            announcement.Soon();
        KeepLooking();
        if (!IsFleet)
            this.RegisterGrainTimer(_ => StoreReportsAsync(), new GrainTimerCreationOptions(options.StorePeriod, options.StorePeriod) { Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => StateWriter.Settled(StoreReportsAsync());

    public async Task<ConfigurationSummary> Define(ConfigurationDefinition definition, string user, long? version)
    {
        if (!IsFleet)
            throw new NotFoundException($"There is no document '{Document}' of '{Owner}' to define: documents are the vendor's.");
        foreach (string part in Document.Split('/'))
            EntityKeys.CheckPart("document", part);
        if (State.Definition is not null || version is not null)
            InputChecks.Version($"The document '{Document}'", version, State.DefinitionVersion);
        Check(definition);
        if (State.Definition is { } old && (old.Format != definition.Format || !old.Secrets.Order(StringComparer.Ordinal).SequenceEqual(definition.Secrets.Order(StringComparer.Ordinal))))
            throw new InvalidInputException(old.Format != definition.Format ? "format" : "secrets", "Format and secrets of a document stay as they were made, since its versions were read and sealed by them. Make another document.");
        bool needsApproval = (await Directory.Namespace(Document.Split('/')[0])).NeedsApproval;
        var summary = new ConfigurationSummary(Document, definition with { Description = InputChecks.Text("description", definition.Description, CommentLengthMax) }, State.DefinitionVersion + 1, needsApproval);
        // Before the document has it: the list may be full.
        await Directory.Set(summary);
        (State.Definition, State.DefinitionVersion) = (summary.Definition, summary.Version);
        await ReachAsync();
        return summary;
    }

    public async Task<ConfigurationInfo> Get()
    {
        ConfigurationBase fleet = await BaseAsync(-1);
        return new ConfigurationInfo(Document, Owner, fleet.Definition!, fleet.NeedsApproval, [.. State.Layers.Select(static layer => Show(layer.Key, layer.Value, ""))]);
    }

    public async Task<ConfigurationLayer> Layer(string layer)
    {
        await BaseAsync(-1);
        CheckLayer(layer);
        return State.Layers.TryGetValue(layer, out LayerState? state) ? Show(layer, state, state.Live?.Text ?? "") : new ConfigurationLayer(layer, "", 0, null, null, null);
    }

    public Task<IReadOnlyList<ConfigurationChange>> History(string? layer, int limit)
    {
        if (limit is < 1 or > 500)
            throw new InvalidInputException("limit", $"limit is {limit}; it must be 1 to 500.");
        return Task.FromResult<IReadOnlyList<ConfigurationChange>>([.. Enumerable.Reverse(State.History).Where(change => layer is null || change.Layer == layer).Take(limit)]);
    }

    public async Task<ConfigurationVersion> Version(long version)
    {
        ConfigurationChange change = Find(version);
        ConfigurationSealed content = await ContentAsync(version);
        return new ConfigurationVersion(change, content.Text, ConfigurationTree.Differences(await TreeAsync(change.Before), ConfigurationTree.Read(content.Tree)));
    }

    public async Task<IReadOnlyList<ConfigurationDifference>> Compare(long from, long to) => ConfigurationTree.Differences(await TreeAsync(from), await TreeAsync(to));

    public Task<ConfigurationBase> Base() => IsFleet
        ? BaseOfFleetAsync()
        : throw new NotFoundException($"'{Owner}' has no layers that others merge.");

    public async Task Forget()
    {
        foreach (ConfigurationChange change in State.History)
            await Block(change.Version).Clear();
        if (await this.GetReminder(WakeReminder) is { } reminder)
            await this.UnregisterReminder(reminder);
        await writer.ClearAsync();
        await reportWriter.ClearAsync();
        (stored.State, reports.State, hasNewReports) = (new ConfigurationState(), new ReportState(), false);
        DeactivateOnIdle();
    }

    /// <summary>The vendor's layers, known at least so far.</summary>
    /// <exception cref="NotFoundException">There is no such document.</exception>
    async Task<ConfigurationBase> BaseAsync(long stamp)
    {
        if (IsFleet)
            known = await BaseOfFleetAsync();
        else if (known is null || stamp < 0 || known.Stamp < stamp)
            known = await GrainFactory.GetGrain<IConfigurationDocumentGrain>(ConfigurationKeys.Of(EntityKeys.Fleet, Document)).Base();
        return known.Definition is null ? throw new NotFoundException($"There is no document '{Document}'.") : known;
    }

    async Task<ConfigurationBase> BaseOfFleetAsync() => new(State.Definition, State.DefinitionVersion, State.Stamp, (await Directory.Namespace(Document.Split('/')[0])).NeedsApproval, Parts());

    /// <summary>The own layers as they reach servers.</summary>
    Dictionary<string, ConfigurationPart> Parts() => State.Layers.Where(static layer => layer.Value.Live is not null || layer.Value.Open?.State == ConfigurationChangeState.Rolling).ToDictionary(
        static layer => layer.Key, static layer => layer.Value.Open is { State: ConfigurationChangeState.Rolling } open
            ? new ConfigurationPart(layer.Value.Live, layer.Value.Proposed, open.Rollout!.Waves[..open.Wave])
            : new ConfigurationPart(layer.Value.Live, null, []));

    /// <summary>Stores what may reach servers and tells who pushes it.</summary>
    async Task ReachAsync()
    {
        State.Stamp++;
        await writer.WriteAsync();
        await announcement.TryNow();
    }

    ConfigurationSecrets SecretsOf(string[] patterns) => new(box, Document, patterns);

    ConfigurationChange Find(long version) => State.History.Find(change => change.Version == version) ?? throw new NotFoundException($"'{Document}' of '{Owner}' has no version {version}; the newest {HistoryMax} are kept.");

    async Task<JsonObject> TreeAsync(long version) => version == 0 ? [] : ConfigurationTree.Read((await ContentAsync(version)).Tree);

    async Task<ConfigurationSealed> ContentAsync(long version)
    {
        Find(version);
        return await Block(version).Read() is { } bytes ? JsonSerializer.Deserialize<ConfigurationSealed>(bytes)! : throw new NotFoundException($"What version {version} of '{Document}' held is not kept any more.");
    }

    IBlockGrain Block(long version) => GrainFactory.GetGrain<IBlockGrain>($"configuration/{Key}/{version}");

    void CheckLayer(string layer)
    {
        if (!ConfigurationKeys.IsLayer(layer, IsFleet))
            throw new NotFoundException(IsFleet
                ? $"The vendor has no layer '{Cut(layer)}'; layers are product and version:ID."
                : $"A tenant has no layer '{Cut(layer)}'; layers are tenant, site:SITE and server:SITE:SERVER.");
    }

    static void Check(ConfigurationDefinition definition)
    {
        if (definition.Secrets is null || definition.Secrets.Length > SecretsMax)
            throw new InvalidInputException("secrets", $"{definition.Secrets?.Length ?? 0} places of secrets; there can be 0 to {SecretsMax}.");
        foreach (string place in definition.Secrets)
            if (place is null or { Length: < 2 or > SecretLengthMax } || place[0] != '/' || ConfigurationTree.Parts(place).Any(string.IsNullOrEmpty))
                throw new InvalidInputException("secrets", $"'{Cut(place ?? "")}' is no place of a secret: write a JSON pointer such as /database/password; * stands for any one name.");
        if (definition.Schema is { } schema)
            SchemaCheck.Read(schema);
    }

    static ConfigurationLayer Show(string name, LayerState layer, string text) => new(name, text, layer.Live?.Version ?? 0, layer.LiveChange?.At, layer.LiveChange?.User, layer.Open);

    static string Cut(string text) => text.Length <= 80 ? text : text[..77] + "...";
}

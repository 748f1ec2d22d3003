using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Grains.Configuration.Values;
using Orrery.Grains.Input;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Products;

namespace Orrery.Grains.Configuration;

/// <summary>From what somebody writes to what all servers have.</summary>
sealed partial class ConfigurationDocumentGrain
{
    /// <summary>Who takes back what worsened health.</summary>
    const string Itself = "orrery";

    public async Task<ConfigurationChange> Write(string layer, ConfigurationEdit edit, string user, long? seen)
    {
        ConfigurationBase fleet = await BaseAsync(-1);
        LayerState? before = await CheckFreeAsync(layer, seen);
        if (before is null && layer.Split(':') is ["version", var named] && (await Directory.Namespace(Document.Split('/')[0])).Product is { } product)
            await GrainFactory.GetGrain<IProductsGrain>(EntityKeys.Fleet).MustKnow(new ProductReference(product, named, []));
        ConfigurationRollout? rollout = ConfigurationReach.Check(edit.Rollout);
        string? comment = InputChecks.Text("comment", edit.Comment, CommentLengthMax);
        JsonObject tree = ConfigurationText.Parse(fleet.Definition!.Format, edit.Text);
        ConfigurationSecrets secrets = SecretsOf(fleet.Definition.Secrets);
        long version = State.Version + 1;
        Dictionary<string, byte[]> kept = secrets.Take(tree, version, before?.Live is { } live ? (ConfigurationTree.Read(live.Tree), live.Secrets) : null);
        string text = kept.Count == 0 ? edit.Text : ConfigurationText.Render(fleet.Definition.Format, tree);
        var content = new ConfigurationSealed(version, time.GetUtcNow(), text, tree.ToJsonString(), kept);
        CheckSchema(fleet, layer, content, secrets);
        ConfigurationChangeState state = edit.IsDraft ? ConfigurationChangeState.Draft : fleet.NeedsApproval ? ConfigurationChangeState.Waiting : ConfigurationChangeState.Rolling;
        return await OpenAsync(layer, content, new ConfigurationChange(version, layer, before?.Live?.Version ?? 0, null, state, comment, user, content.At, null, rollout, 0, null, null, null, null));
    }

    public async Task<ConfigurationChange> Rollback(string layer, long version, ConfigurationRollout? rollout, string user, long? seen)
    {
        ConfigurationBase fleet = await BaseAsync(-1);
        LayerState? before = await CheckFreeAsync(layer, seen);
        ConfigurationChange target = Find(version);
        if (target.Layer != layer || target.State != ConfigurationChangeState.Live)
            throw new ConflictException($"Version {version} is {target.State.ToString().ToLowerInvariant()} in the layer '{target.Layer}'; only what was live in '{layer}' can be gone back to.");
        ConfigurationSealed content = await ContentAsync(version) with { Version = State.Version + 1, At = time.GetUtcNow() };
        CheckSchema(fleet, layer, content, SecretsOf(fleet.Definition!.Secrets));
        return await OpenAsync(layer, content, new ConfigurationChange(
            content.Version, layer, before?.Live?.Version ?? 0, version, ConfigurationChangeState.Rolling, $"Back to version {version}.", user, content.At, null, ConfigurationReach.Check(rollout), 0, null, null, null, null));
    }

    public async Task<ConfigurationChange> Approve(long version, string user)
    {
        (LayerState layer, ConfigurationChange open) = Open(version, ConfigurationChangeState.Waiting);
        if (open.User == user)
            throw new ConflictException($"You wrote version {version} yourself: another user is to approve it.");
        await BeginAsync(layer, open with { ApprovedBy = user });
        return Find(version);
    }

    public async Task<ConfigurationChange> Start(long version, ConfigurationRollout? rollout, string user)
    {
        (LayerState layer, ConfigurationChange open) = Open(version, ConfigurationChangeState.Draft);
        open = open with { Rollout = ConfigurationReach.Check(rollout) ?? open.Rollout };
        ConfigurationBase fleet = await BaseAsync(-1);
        if (fleet.NeedsApproval)
        {
            Set(layer, open with { State = ConfigurationChangeState.Waiting, EndsAt = time.GetUtcNow() + options.OpenMax });
            await writer.WriteAsync();
        }
        else
        {
            await BeginAsync(layer, open);
        }

        return Find(version);
    }

    public async Task<ConfigurationChange> Stop(long version, string user, string? reason)
    {
        (LayerState layer, ConfigurationChange open) = Open(version, null);
        string said = $"{user} stopped it.{(InputChecks.Text("reason", reason, CommentLengthMax) is { } why ? $" {why}" : "")}";
        if (open.State == ConfigurationChangeState.Rolling)
            await TakeBackAsync(layer, open, user, said);
        else
            await RejectAsync(layer, open, said);
        return Find(version);
    }

    /// <summary>The layer as it is, where a writer who saw that version may write.</summary>
    async Task<LayerState?> CheckFreeAsync(string layer, long? seen)
    {
        CheckLayer(layer);
        LayerState? state = State.Layers.GetValueOrDefault(layer);
        long current = state?.Live?.Version ?? 0;
        if ((seen ?? 0) != current)
        {
            bool isKept = seen is null or 0 || State.History.Exists(change => change.Version == seen && change.Layer == layer);
            throw new ConfigurationConflictException(
                $"The layer '{layer}' of '{Document}' is at version {current}, not {seen ?? 0}: {state?.LiveChange?.User ?? "somebody"} changed it since you read it. Read it again and repeat your change.", current,
                isKept ? ConfigurationTree.Differences(await TreeAsync(seen ?? 0), await TreeAsync(current)) : []);
        }

        if (state?.Open is { } open)
        {
            throw new ConfigurationConflictException(
                $"Version {open.Version} of the layer '{layer}' by {open.User} is {open.State.ToString().ToLowerInvariant()}. Wait for its end, or stop it.", current,
                ConfigurationTree.Differences(await TreeAsync(current), ConfigurationTree.Read(state.Proposed!.Tree)));
        }

        if (state is null && State.Layers.Count >= LayersMax)
            throw new LimitReachedException($"'{Owner}' has {LayersMax} layers of '{Document}', the most it may have.");
        return state;
    }

    /// <summary>The layer over those above it must keep the schema as far as it goes; servers that are known and kept it whole must go on to.</summary>
    void CheckSchema(ConfigurationBase fleet, string layer, ConfigurationSealed content, ConfigurationSecrets secrets)
    {
        if (fleet.Definition!.Schema is not { } schema)
            return;
        SchemaCheck check = SchemaCheck.Read(schema);
        Dictionary<string, ConfigurationPart> own = IsFleet ? [] : Parts(), changed = new(IsFleet ? fleet.Layers : own) { [layer] = new ConfigurationPart(content, null, []) };
        ConfigurationBase changedFleet = IsFleet ? fleet with { Layers = changed } : fleet;
        string[] parts = layer.Split(':');
        string server = EntityKeys.Server(Owner, parts is [_, var site, ..] && !IsFleet ? site : "any", parts is [_, _, var leaf] ? leaf : "any");
        var reader = new ConfigurationReader(server, IsFleet && parts.Length == 2 ? parts[1] : "", "");
        if (check.Find(Merged(changedFleet, IsFleet ? own : changed, reader), isWhole: false) is { } wrong)
            throw new InvalidInputException("text", $"The layer '{layer}' violates the schema at {wrong}.");
        if (IsFleet)
            return;
        foreach (ReportRow row in reports.State.Rows.Values)
            if (ConfigurationKeys.Concerns(layer, row.Report.Reader) && check.Find(Merged(fleet, changed, row.Report.Reader), isWhole: true) is { } broken && check.Find(Merged(fleet, own, row.Report.Reader), isWhole: true) is null)
                throw new InvalidInputException("text", $"With this layer the value of server '{row.Report.Reader.Server}' would violate the schema at {broken}.");

        JsonObject Merged(ConfigurationBase of, Dictionary<string, ConfigurationPart> with, ConfigurationReader who) => merge.Merge(ConfigurationMerge.Chain(of, with, who), secrets);
    }

    /// <summary>What the version holds is stored first: a number without it would be a version that nobody can read.</summary>
    async Task<ConfigurationChange> OpenAsync(string layer, ConfigurationSealed content, ConfigurationChange change)
    {
        await Block(content.Version).Write(JsonSerializer.SerializeToUtf8Bytes(content));
        if (!IsFleet && State.Version == 0)
            await Directory.AddTenant(Document, Owner);
        if (!State.Layers.TryGetValue(layer, out LayerState? state))
            State.Layers[layer] = state = new LayerState();
        State.Version = content.Version;
        State.History.Add(change);
        state.Proposed = content;
        ConfigurationMessages.Written(logger, change.User, change.Version, Key, layer, change.State);
        if (change.State == ConfigurationChangeState.Rolling)
        {
            await BeginAsync(state, change);
        }
        else
        {
            Set(state, change with { EndsAt = time.GetUtcNow() + options.OpenMax });
            await writer.WriteAsync();
            await WakeAsync();
        }

        await ForgetOldestAsync();
        return Find(change.Version);
    }

    /// <summary>Rolls a change out: in waves, or to all at once.</summary>
    async Task BeginAsync(LayerState layer, ConfigurationChange change)
    {
        change = change with { State = ConfigurationChangeState.Rolling };
        if (change.Rollout is null)
        {
            await SettleAsync(layer, change);
            return;
        }

        await EnterWaveAsync(layer, change, 1);
        await WakeAsync();
        KeepLooking();
    }

    /// <summary>All servers of the layer are to have it.</summary>
    async Task SettleAsync(LayerState layer, ConfigurationChange change)
    {
        change = change with { State = ConfigurationChangeState.Live, EndsAt = null };
        Set(layer, change);
        (layer.Live, layer.LiveChange, layer.Proposed, layer.Open) = (layer.Proposed! with { At = time.GetUtcNow() }, change, null, null);
        await ReachAsync();
        ConfigurationMessages.Ended(logger, change.Version, Key, change.State, null);
    }

    /// <summary>Those who have it are to have again what the others have: a further version says so.</summary>
    async Task TakeBackAsync(LayerState layer, ConfigurationChange change, string user, string reason)
    {
        ConfigurationSealed back = (layer.Live ?? new ConfigurationSealed(0, default, "", "{}", new Dictionary<string, byte[]>())) with { Version = State.Version + 1, At = time.GetUtcNow() };
        await Block(back.Version).Write(JsonSerializer.SerializeToUtf8Bytes(back));
        Set(layer, change with { State = ConfigurationChangeState.Returned, EndsAt = null, Reason = reason });
        var rollback = new ConfigurationChange(
            back.Version, change.Layer, change.Version, layer.Live?.Version ?? 0, ConfigurationChangeState.Live, $"Version {change.Version} was taken back.", user, back.At, null, null, 0, null, null, null, reason);
        State.Version = back.Version;
        State.History.Add(rollback);
        (layer.Live, layer.LiveChange, layer.Proposed, layer.Open) = (back, rollback, null, null);
        await ReachAsync();
        ConfigurationMessages.Ended(logger, change.Version, Key, ConfigurationChangeState.Returned, reason);
    }

    async Task RejectAsync(LayerState layer, ConfigurationChange change, string reason)
    {
        Set(layer, change with { State = ConfigurationChangeState.Rejected, EndsAt = null, Reason = reason });
        (layer.Proposed, layer.Open) = (null, null);
        await writer.WriteAsync();
        ConfigurationMessages.Ended(logger, change.Version, Key, ConfigurationChangeState.Rejected, reason);
    }

    /// <summary>In the layer and in the history.</summary>
    void Set(LayerState layer, ConfigurationChange change)
    {
        layer.Open = change;
        int place = State.History.FindIndex(kept => kept.Version == change.Version);
        if (place >= 0)
            State.History[place] = change;
    }

    (LayerState Layer, ConfigurationChange Change) Open(long version, ConfigurationChangeState? state)
    {
        ConfigurationChange change = Find(version);
        LayerState layer = State.Layers[change.Layer];
        return layer.Open is { } open && open.Version == version && (state is null || open.State == state)
            ? (layer, open)
            : throw new ConflictException($"Version {version} is {change.State.ToString().ToLowerInvariant()}{(state is { } wanted ? $", not {wanted.ToString().ToLowerInvariant()}" : "")}.");
    }

    /// <summary>What is live or open stays readable however old it is.</summary>
    async Task ForgetOldestAsync()
    {
        while (State.History.Count > HistoryMax && State.History.Find(change => State.Layers[change.Layer] is var layer && layer.Live?.Version != change.Version && layer.Open?.Version != change.Version) is { } oldest)
        {
            State.History.Remove(oldest);
            await Block(oldest.Version).Clear();
        }
    }
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.Input;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tags;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Tags;

/// <summary>
/// Holds a tenant's definitions. A change is checked, written, told to the type's index, and then brought into the tenant's SQL schema: what there is to be there is compared with what was made, and the difference
/// is made. A crash in between is made up for when it is woken. Changes run one at a time.
/// </summary>
[Reentrant]
sealed partial class TagBookGrain : Grain, ITagBookGrain, IRemindable
{
    const int TypesMax = 50, TagsMax = 1_000, SegmentsMax = 1_000, FactsMax = 10, VersionsMax = 50, OwnerMax = 100, RuleMax = 65_536, TitleMax = 120;
    const string WakeReminder = "wake";
    static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1), WakePeriod = TimeSpan.FromSeconds(5), LookMax = TimeSpan.FromDays(1);

    readonly IPersistentState<TagBookState> stored;
    readonly StateWriter writer;
    readonly TagOptions options;
    readonly WebhookOptions webhooks;
    readonly SecretBox secrets;
    readonly SecretSource random;
    readonly TimeProvider time;
    readonly ILogger<TagBookGrain> logger;
    readonly SemaphoreSlim changing = new(1);
    IGrainTimer? boundary;
    // Whether the SQL schema is known to be as the definitions say.
    bool isBrought;
    // Up to when all that becomes valid or ends is in it.
    DateTimeOffset reached;

    public TagBookGrain(
        [PersistentState("tags")] IPersistentState<TagBookState> stored, IOptions<TagOptions> options, IOptions<WebhookOptions> webhooks, SecretBox secrets, SecretSource random, TimeProvider time,
        ILogger<TagBookGrain> logger)
    {
        this.stored = stored;
        this.options = options.Value;
        this.webhooks = webhooks.Value;
        this.secrets = secrets;
        this.random = random;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    string Tenant => this.GetPrimaryKeyString();

    Dictionary<string, StoredType> Stored => stored.State.Types;

    ISqlSchemaGrain Schema => GrainFactory.GetGrain<ISqlSchemaGrain>(Tenant);

    ITagIndexGrain Index(string type) => GrainFactory.GetGrain<ITagIndexGrain>(TagKeys.Index(Tenant, type));

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(_ => Wake(), new GrainTimerCreationOptions { DueTime = WakePeriod, Period = WakePeriod, KeepAlive = Stored.Count > 0 });
        reached = time.GetUtcNow();
        boundary = this.RegisterGrainTimer(_ => ReachAsync(), new GrainTimerCreationOptions { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan });
        SetBoundary();
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Wake();

    public async Task Wake()
    {
        foreach ((string id, StoredType type) in Stored.ToArray())
        {
            try
            {
                await Index(id).Define(Order(type));
                foreach ((string segment, StoredSegment of) in type.Segments)
                    foreach (string hook in of.Hooks)
                        await Hook(id, hook).Wake();
            }
            catch (Exception failure)
            {
                TagMessages.NotWoken(logger, Tenant, failure);
            }
        }

        if (!isBrought && changing.CurrentCount > 0)
            await ReachAsync();
    }

    public async Task<IReadOnlyList<ObjectTypeInfo>> Types()
    {
        await GrainFactory.GetGrain<ITenantGrain>(Tenant).Get();
        return [.. Stored.OrderBy(static type => type.Key, StringComparer.Ordinal).Select(static type => Info(type.Key, type.Value))];
    }

    public async Task<ObjectTypeInfo> PutType(string type, ObjectTypeDraft draft, string user, long? version)
    {
        TagKeys.CheckType(type);
        await GrainFactory.GetGrain<ITenantGrain>(Tenant).Get();
        TagTitle title = Title(draft.Title);
        if (draft.Facts is not { Count: >= 1 and <= FactsMax } facts)
            throw new InvalidInputException("facts", $"A type has 1 to {FactsMax} tables or views of facts, not {draft.Facts?.Count ?? 0}.");
        string keyType = "";
        for (int place = 0; place < facts.Count; place++)
        {
            string found = await KeyTypeAsync(facts[place], $"facts[{place}]");
            keyType = place == 0 ? found
                : found == keyType ? keyType
                : throw new InvalidInputException($"facts[{place}].key", $"'{facts[place].Key}' of {facts[place].Relation} is {found}; the type's ids are {keyType}. Make a view that casts it.");
        }

        return await ChangeAsync(async () =>
        {
            Stored.TryGetValue(type, out StoredType? known);
            Expected($"The object type '{type}'", version, known?.Version);
            if (known is null && Stored.Count >= TypesMax)
                throw new LimitReachedException($"The tenant '{Tenant}' has {TypesMax} object types, the most it may have.");
            StoredType next = known ?? new StoredType { Sets = { new StoredSet { Relation = facts[0].Relation } } };
            if (known is not null && (known.KeyType != keyType || known.Facts[0] != facts[0]))
                throw new ConflictException($"The first facts of '{type}' are {known.Facts[0].Relation} by {known.Facts[0].Key} and say which objects there are: they stay. Make another type.");
            string[] taken = [.. next.Facts.Where(fact => !facts.Contains(fact)).Select(static fact => fact.Relation)];
            if (next.Sets.FirstOrDefault(set => taken.Contains(set.Relation)) is { } used)
                throw new ConflictException($"Tags of '{type}' have read {used.Relation}, so it stays among the facts.");
            (next.Title, next.Facts, next.KeyType, next.Version) = (title, [.. facts], keyType, next.Version + 1);
            next.IndexVersion = Math.Max(1, next.IndexVersion);
            if (known is null)
            {
                next.StartOffset = await CreateTopicsAsync(type);
                await GrainFactory.GetGrain<ITagDirectoryGrain>(EntityKeys.Fleet).Add(Tenant);
                await this.RegisterOrUpdateReminder(WakeReminder, ReminderPeriod, ReminderPeriod);
            }

            Stored[type] = next;
            await writer.WriteAsync();
            await BringAsync(type);
            return Info(type, next);
        });
    }

    public Task DeleteType(string type, string user) => ChangeAsync(async () =>
    {
        StoredType known = Type(type);
        if (known.Tags.Count + known.Segments.Count > 0)
            throw new ConflictException($"The object type '{type}' has {known.Tags.Count} tags and {known.Segments.Count} segments. Delete those first.");
        await EndAsync(type, known);
        Stored.Remove(type);
        await writer.WriteAsync();
        return true;
    });

    public async Task TenantDeleted()
    {
        if (!stored.RecordExists)
            return;
        await changing.WaitAsync();
        try
        {
            foreach ((string id, StoredType type) in Stored)
            {
                foreach (string hook in type.Segments.Values.SelectMany(static segment => segment.Hooks))
                    await Hook(id, hook).Forget();
                await Index(id).Forget();
            }

            await GrainFactory.GetGrain<ITagDirectoryGrain>(EntityKeys.Fleet).Remove(Tenant);
            await writer.ClearAsync();
            stored.State = new TagBookState();
            if (await this.GetReminder(WakeReminder) is { } reminder)
                await this.UnregisterReminder(reminder);
            DeactivateOnIdle();
        }
        finally
        {
            changing.Release();
        }
    }

    async Task EndAsync(string type, StoredType known)
    {
        foreach (MadeRelation made in known.Made.AsEnumerable().Reverse().ToArray())
        {
            await Schema.Run(new SqlRequest($"DROP {made.Kind} IF EXISTS {made.Name}", "tags", MayChange: true));
            known.Made.Remove(made);
        }

        await Index(type).Forget();
    }

    /// <returns>Where the index begins to read.</returns>
    async Task<long> CreateTopicsAsync(string type)
    {
        foreach (string topic in new[] { TagKeys.Changes(Tenant, type), TagKeys.Events(Tenant, type) })
            await GrainFactory.GetGrain<ITopicGrain>(topic).Create(new TopicSettings { RetainAge = options.EventAge, DeletesUnread = topic != TagKeys.Changes(Tenant, type) });
        // Records of an earlier type of the name may still be there, with other bits and numbers.
        return (await GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(TagKeys.Changes(Tenant, type), 0)).Info()).End;
    }

    async Task<string> KeyTypeAsync(TagFacts facts, string field)
    {
        RelationView relation;
        try
        {
            relation = await Schema.Relation(facts.Relation ?? "");
        }
        catch (NotFoundException)
        {
            throw new InvalidInputException($"{field}.relation", $"There is no table or view '{facts.Relation}' in the SQL schema of '{Tenant}'.");
        }

        if (relation.Info.Kind is "view" or "sink")
            throw new InvalidInputException($"{field}.relation", $"'{facts.Relation}' is a {relation.Info.Kind}; facts are a table or a materialized view.");
        SqlColumn? key = relation.Info.Columns.FirstOrDefault(column => column.Name == facts.Key);
        if (key is null || relation.Info.Key is not [var only] || only != facts.Key)
            throw new InvalidInputException(
                $"{field}.key", $"'{facts.Relation}' has {(relation.Info.Key.Count == 0 ? "no key" : $"the key ({string.Join(", ", relation.Info.Key)})")}; facts have one row of each object, so '{facts.Key}' has to be its whole key. Group it by '{facts.Key}' in a materialized view.");
        return Plain(key.Type);
    }

    /// <summary>Sees that the index and the SQL schema are as the definitions say.</summary>
    async Task BringAsync(string type)
    {
        StoredType known = Type(type);
        isBrought = false;
        await Index(type).Define(Order(known));
        List<MadeRelation> wanted = TagSql.Relations(Tenant, type, known, time.GetUtcNow());
        foreach (MadeRelation gone in known.Made.Where(made => wanted.All(other => other.Name != made.Name)).Reverse().ToArray())
        {
            await Schema.Run(new SqlRequest($"DROP {gone.Kind} IF EXISTS {gone.Name}", "tags", MayChange: true));
            known.Made.Remove(gone);
            await writer.WriteAsync();
        }

        MadeRelation[] news = [.. wanted.Except(known.Made)];
        if (news.Length > 0)
        {
            HashSet<string> begun = [.. known.Made.Where(static made => made.Text.Length == 0).Select(static made => made.Name)], there = [.. known.Made.Select(static made => made.Name)];
            // Written down before, so that what is made and then refused, or cut off, is found again.
            known.Made = [.. known.Made, .. news.Where(made => !there.Contains(made.Name)).Select(static made => made with { Text = "" })];
            await writer.WriteAsync();
            // A sink that is there goes on with the view that it reads; one that may be half made is made anew.
            string script = string.Join(";\n", news.Where(made => made.Kind == "VIEW" || !there.Contains(made.Name) || begun.Contains(made.Name))
                .Select(made => made.Kind == "TABLE" && made.Name != TagKeys.Lists(type) && begun.Contains(made.Name) ? $"DROP {made.Kind} IF EXISTS {made.Name};\n{made.Text}" : made.Text));
            await Schema.Run(new SqlRequest(script, "tags", MayChange: true, Origin: $"tags/{type}"));
            known.Made = wanted;
            await writer.WriteAsync();
        }

        isBrought = true;
        SetBoundary();
    }

    /// <summary>Brings what is due by time, or was left by a crash.</summary>
    async Task ReachAsync()
    {
        await changing.WaitAsync();
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach ((string id, StoredType type) in Stored.ToArray())
                if (!TagSql.Relations(Tenant, id, type, now).SequenceEqual(type.Made))
                    await BringAsync(id);
            (isBrought, reached) = (true, now);
            SetBoundary();
        }
        catch (Exception failure)
        {
            TagMessages.NotWoken(logger, Tenant, failure);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>The next instant at which a tag becomes valid or ends. One that came while the schema was being changed is due at once.</summary>
    void SetBoundary()
    {
        DateTimeOffset? next = Stored.Values.SelectMany(static type => type.Tags.Values).SelectMany(static tag => new[] { tag.Draft.ValidFrom, tag.Draft.ValidUntil }).Where(at => at > reached).Min();
        TimeSpan wait = next is { } at ? at - time.GetUtcNow() : LookMax;
        boundary?.Change(wait > LookMax ? LookMax : wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    static TagIndexOrder Order(StoredType type) => new(
        type.IndexVersion, [.. type.Tags.Select(static tag => new IndexedTag(tag.Key, tag.Value.Number, tag.Value.Draft.Kind, tag.Value.Part, tag.Value.Bit))],
        [.. type.Segments.Select(static segment => new IndexedSegment(segment.Key, segment.Value.Draft.Expression))], type.StartOffset);

    async Task<T> ChangeAsync<T>(Func<Task<T>> change)
    {
        await changing.WaitAsync();
        try
        {
            return await change();
        }
        finally
        {
            changing.Release();
        }
    }

    StoredType Type(string type) => Stored.TryGetValue(type, out StoredType? known) ? known : throw new NotFoundException($"There is no object type '{type}' of the tenant '{Tenant}'.");

    static ObjectTypeInfo Info(string id, StoredType type) => new(id, type.Title, type.Facts, type.Version);

    static void Expected(string what, long? version, long? current)
    {
        if (current is { } there)
            InputChecks.Version(what, version, there);
        else if (version is not null)
            throw new NotFoundException($"{what} is not there to be changed. Leave the version out to make it.");
    }

    static TagTitle Title(TagTitle? title)
    {
        foreach ((string language, string? text) in new[] { ("zh", title?.Zh), ("en", title?.En) })
            if (string.IsNullOrWhiteSpace(text) || text.Length > TitleMax)
                throw new InvalidInputException($"title.{language}", $"The title has {text?.Trim().Length ?? 0} characters; give it 1 to {TitleMax}.");
        return title!;
    }

    static string Plain(string type) => type.EndsWith(" NOT NULL", StringComparison.Ordinal) ? type[..^" NOT NULL".Length] : type;
}

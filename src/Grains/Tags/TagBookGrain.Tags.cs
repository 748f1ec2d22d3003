using System.Text.Json;
using Orrery.Grains.Input;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tags;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Tags;

/// <summary>Tags: their rules checked over the tenant's SQL schema, tried, made, explained.</summary>
sealed partial class TagBookGrain
{
    const int SamplesMax = 20, MembersMax = 100_000, ReasonRowsMax = 50;

    /// <summary>So many rows of a query for each object are taken for a mistake.</summary>
    const int RowsPerObjectMax = 10, RowsMin = 10_000;

    static readonly string[] Numbers = ["TINYINT", "SMALLINT", "INT", "BIGINT", "DECIMAL", "FLOAT", "DOUBLE"];
    static readonly JsonSerializerOptions RowJson = new(JsonSerializerDefaults.Web);

    public async Task<IReadOnlyList<TagInfo>> Tags(string type)
    {
        StoredType known = Type(type);
        TagSizes sizes = await Index(type).Sizes();
        Dictionary<string, string> problems = (await Schema.Pipelines()).Where(static pipeline => pipeline.Problem is not null && pipeline.Writes is not null)
            .GroupBy(static pipeline => pipeline.Writes!).ToDictionary(static group => group.Key, static group => group.First().Problem!, StringComparer.OrdinalIgnoreCase);
        return [.. known.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal).Select(tag => Info(type, tag.Key, tag.Value, sizes.Tags.GetValueOrDefault(tag.Key), problems.GetValueOrDefault(SinkOf(type, tag.Value))))];
    }

    public async Task<TagView> Tag(string type, string tag)
    {
        TagOf(type, tag);
        TagInfo info = (await Tags(type)).First(other => other.Id == tag);
        return new TagView(info, await ImpactAsync(type, tag), [.. TagOf(type, tag).Versions.AsEnumerable().Reverse()], await Index(type).History(tag, null));
    }

    public async Task<TagInfo> PutTag(string type, string tag, TagDraft draft, string user, long? version)
    {
        TagKeys.CheckTag(tag);
        await ChangeAsync(async () =>
        {
            StoredType known = Type(type);
            known.Tags.TryGetValue(tag, out StoredTag? former);
            Expected($"The tag '{tag}'", version, former?.Version);
            if (former is null && known.Tags.Count >= TagsMax)
                throw new LimitReachedException($"The object type '{type}' has {TagsMax} tags, the most it may have.");
            await CheckAsync(type, tag, draft);
            if (former is not null && former.Draft.Kind != draft.Kind && SegmentsOf(known, tag) is [var segment, ..])
                throw new ConflictException($"The segment '{segment}' compares the tag '{tag}' as {former.Draft.Kind}; change it first, or make another tag.");
            StoredTag next = Placed(known, former?.Copy() ?? new StoredTag { Draft = draft }, draft);
            (next.Draft, next.Version, next.User, next.At) = (draft, next.Version + 1, user, time.GetUtcNow());
            next.Versions = [.. next.Versions.TakeLast(VersionsMax - 1), new TagVersion(next.Version, draft, user, next.At)];
            await KeepAsync(type, known, tag, former, next);
            return true;
        });
        return (await Tags(type)).First(other => other.Id == tag);
    }

    public async Task DeleteTag(string type, string tag, string user)
    {
        TagOf(type, tag);
        TagImpact impact = await ImpactAsync(type, tag);
        string[] users = [.. impact.Tags.Select(static other => $"the tag {other}"), .. impact.Segments.Select(static other => $"the segment {other}"), .. impact.Views.Select(static other => $"the view {other}")];
        if (users.Length > 0)
            throw new ConflictException($"The tag '{tag}' is used by {string.Join(", ", users)}. Change or delete those first.");
        await ChangeAsync(async () =>
        {
            StoredType known = Type(type);
            StoredTag former = TagOf(type, tag);
            known.Tags.Remove(tag);
            known.IndexVersion++;
            await writer.WriteAsync();
            await BringAsync(type);
            return former;
        });
    }

    public async Task<TagTrial> Try(string type, string tag, TagDraft draft)
    {
        TagKeys.CheckTag(tag);
        StoredType known = Type(type);
        await CheckAsync(type, tag, draft);
        string next = TagSql.Query(type, known, tag, draft, TagSql.IsValid(draft, time.GetUtcNow()));
        bool isThere = known.Tags.ContainsKey(tag);
        string after = $"SELECT DISTINCT object FROM ({next}) AS n", before = isThere ? $"SELECT DISTINCT object FROM {TagKeys.View(type, tag)}" : "";
        IReadOnlyList<string> samples = await ObjectsAsync($"{after} LIMIT {SamplesMax}");
        long size = await CountAsync(after);
        if (!isThere)
            return new TagTrial(size, size, 0, samples, samples, [], await ImpactAsync(type, tag));
        string entering = $"SELECT object FROM ({after} EXCEPT {before}) AS d", leaving = $"SELECT object FROM ({before} EXCEPT {after}) AS d";
        return new TagTrial(
            size, await CountAsync(entering), await CountAsync(leaving), samples, await ObjectsAsync($"{entering} LIMIT {SamplesMax}"), await ObjectsAsync($"{leaving} LIMIT {SamplesMax}"), await ImpactAsync(type, tag));
    }

    public async Task<int> SetMembers(string type, string tag, IReadOnlyList<TagMember> members, string user)
    {
        StoredTag known = TagOf(type, tag);
        if (!known.Draft.Rule.IsList)
            throw new ConflictException($"The tag '{tag}' has a rule; members are put into tags that are lists.");
        if (members.Count is < 1 or > MembersMax)
            throw new InvalidInputException("members", $"{members.Count} members were given; give 1 to {MembersMax:N0} at once.");
        for (int place = 0; place < members.Count; place++)
            Check(members[place], known.Draft.Kind, $"members[{place}]");
        return await Schema.Append(TagKeys.Lists(type), JsonSerializer.SerializeToUtf8Bytes(members.Select(member => new object?[] { tag, member.Object, member.Value, member.IsMember }), RowJson));
    }

    public async Task<TagReason> Why(string type, string tag, string @object)
    {
        StoredType known = Type(type);
        StoredTag of = TagOf(type, tag);
        ObjectTag? has = (await Index(type).TagsOf([@object]))[0].Tags.FirstOrDefault(other => other.Tag == tag);
        string condition = $"object = CAST({SqlPrinter.Text(@object)} AS {known.KeyType})";
        var rows = new List<ReasonRow>();
        if (has is not null)
        {
            SqlResult why = (await Schema.Run(new SqlRequest($"WHY {TagKeys.View(type, tag)} WHERE {condition}", "tags", MayChange: false, RowsLimit: ReasonRowsMax)))[^1];
            rows.AddRange(Reasons(why));
        }
        else if (!of.Draft.Rule.IsList && of.Draft.Rule.Query is null)
        {
            // Of what does not hold there is no row but the object's own.
            TagFacts facts = TagSql.FactsOf(known, of.Draft.Rule);
            SqlResult own = await Schema.Rows(facts.Relation, 1, [@object]);
            rows.AddRange(Rows(facts.Relation, own));
        }

        return new TagReason(tag, has is not null, has?.Since, has?.Value, rows);
    }

    /// <summary>The tag with a number and, where its condition can be, as a bit among others. What stands alone stays alone: its changes then stay in one order.</summary>
    static StoredTag Placed(StoredType type, StoredTag tag, TagDraft draft)
    {
        string relation = TagSql.FactsOf(type, draft.Rule).Relation;
        bool isNew = tag.Version == 0, isPlain = TagSql.IsPlain(draft);
        if (!isNew && (tag.Part < 0 ? tag.Draft.Kind == draft.Kind : isPlain && type.Sets[tag.Part].Relation == relation))
            return tag;
        (tag.Number, tag.Part, tag.Bit) = (type.NextNumber++, -1, 0);
        if (!isPlain)
            return tag;
        int part = type.Sets.FindIndex(set => set.Relation == relation && set.NextBit <= TagIndex.BitsMax);
        if (part < 0)
        {
            part = type.Sets.Count;
            type.Sets.Add(new StoredSet { Relation = relation });
        }

        (tag.Part, tag.Bit) = (part, type.Sets[part].NextBit++);
        return tag;
    }

    /// <summary>Writes a tag and makes its view; what the engine refuses after all leaves the former one.</summary>
    async Task KeepAsync(string type, StoredType known, string tag, StoredTag? former, StoredTag next)
    {
        known.Tags[tag] = next;
        known.HasLists |= next.Draft.Rule.IsList;
        known.IndexVersion++;
        await writer.WriteAsync();
        try
        {
            await BringAsync(type);
        }
        catch (RefusalException)
        {
            if (former is null)
                known.Tags.Remove(tag);
            else
                known.Tags[tag] = former;
            known.IndexVersion++;
            await writer.WriteAsync();
            await BringAsync(type);
            throw;
        }
    }

    /// <exception cref="SqlRefusedException">The rule means nothing over the tenant's tables and views, at a place of its own text.</exception>
    async Task CheckAsync(string type, string tag, TagDraft draft)
    {
        StoredType known = Type(type);
        Title(draft.Title);
        InputChecks.Text("owner", draft.Owner, OwnerMax);
        if (!Enum.IsDefined(draft.Kind))
            throw new InvalidInputException("kind", $"A tag's kind is one of {string.Join(", ", Enum.GetNames<TagKind>()).ToLowerInvariant()}.");
        if (draft.ValidUntil <= draft.ValidFrom)
            throw new InvalidInputException("validUntil", "validUntil is not behind validFrom.");
        CheckParent(known, tag, draft.Parent);
        TagRule rule = draft.Rule ?? throw new InvalidInputException("rule", "The rule is missing: give it a condition, a query, or isList.");
        int ways = (rule.IsList ? 1 : 0) + (rule.Query is not null ? 1 : 0) + (rule.Condition is not null || rule.Value is not null || rule.Relation is not null ? 1 : 0);
        if (ways != 1)
            throw new InvalidInputException("rule", $"A rule is a condition or value over facts, a query, or a list: one of them, not {ways}.");
        if ((rule.Query ?? rule.Condition ?? rule.Value ?? "").Length > RuleMax)
            throw new InvalidInputException("rule", $"The rule's text has more than {RuleMax} characters.");
        if (rule.IsList)
            return;
        if (rule.Query is { } query)
            await CheckQueryAsync(query, draft.Kind);
        else
            await CheckConditionAsync(type, known, tag, draft);
        CheckCycle(type, known, tag, draft);
        if (rule.Query is not null)
            await CheckSizeAsync(type, rule.Query);
    }

    async Task CheckQueryAsync(string query, TagKind kind)
    {
        SqlShape shape = (await Schema.Shapes([query]))[0];
        Refuse(shape.Problem, 0);
        int wanted = kind == TagKind.Boolean ? 1 : 2;
        if (shape.Columns.Count != wanted)
            throw new SqlRefusedException($"The query gives {shape.Columns.Count} columns; a {kind.ToString().ToLowerInvariant()} tag's gives {(wanted == 1 ? "the object's id alone" : "the object's id and the value")}.", 1, 1, 1, 0, query.Length);
        if (wanted == 2)
            CheckKind(kind, shape.Columns[1].Type, query);
    }

    async Task CheckConditionAsync(string type, StoredType known, string tag, TagDraft draft)
    {
        TagRule rule = draft.Rule;
        if (rule.Relation is { } relation && known.Facts.All(facts => !facts.Relation.Equals(relation, StringComparison.OrdinalIgnoreCase)))
            throw new InvalidInputException("rule.relation", $"'{relation}' is none of the facts of '{type}'; these are {string.Join(", ", known.Facts.Select(static facts => facts.Relation))}.");
        if (draft.Kind != TagKind.Boolean && rule.Value is null)
            throw new InvalidInputException("rule.value", $"A {draft.Kind.ToString().ToLowerInvariant()} tag needs a value: SQL over a row of the facts.");
        if (draft.Kind == TagKind.Boolean && rule.Value is not null)
            throw new InvalidInputException("rule.value", "A boolean tag has no value; leave it out, or choose another kind.");
        TagFacts of = TagSql.FactsOf(known, rule);
        // Each by itself first, so that places are those of its own text and no text reaches beyond its parentheses.
        foreach (string text in new[] { rule.Condition, rule.Value }.OfType<string>())
            Parsed(text);
        if (rule.Condition is { } condition)
        {
            string before = $"SELECT {SqlPrinter.Name(of.Key)} AS object FROM {SqlPrinter.Name(of.Relation)} WHERE (";
            Refuse((await Schema.Shapes([$"{before}{condition}\n)"]))[0].Problem, before.Length);
        }

        if (rule.Value is { } value)
        {
            const string Before = "SELECT (";
            SqlShape shape = (await Schema.Shapes([$"{Before}{value}\n) AS `value` FROM {SqlPrinter.Name(of.Relation)}"]))[0];
            Refuse(shape.Problem, Before.Length);
            CheckKind(draft.Kind, shape.Columns[0].Type, value);
        }
    }

    /// <summary>What a query gives is counted once, over the rows as they stand: one that multiplies them is not made a view.</summary>
    async Task CheckSizeAsync(string type, string query)
    {
        long rows = await CountAsync(SqlPrinter.Print(SqlParser.ParseQuery(query))), most = Math.Max(RowsMin, RowsPerObjectMax * (await Index(type).Sizes()).Objects);
        if (rows > most)
            throw new SqlRefusedException($"The query gives {rows:N0} rows now, where {most:N0} are the most: some join multiplies rows. Join by keys, or group by the object before.", 1, 1, 1, 0, query.Length);
    }

    void CheckCycle(string type, StoredType known, string tag, TagDraft draft)
    {
        string self = TagKeys.View(type, tag);
        var reads = new Dictionary<string, (string Id, Func<IReadOnlyCollection<string>> Reads)>(StringComparer.OrdinalIgnoreCase);
        foreach ((string id, StoredTag other) in known.Tags)
            reads[TagKeys.View(type, id)] = (id, () => TagSql.Reads(type, known, id, other.Draft));
        reads[self] = (tag, () => TagSql.Reads(type, known, tag, draft));
        var path = new List<string>();
        var done = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Visit(self);

        void Visit(string view)
        {
            if (!reads.TryGetValue(view, out (string Id, Func<IReadOnlyCollection<string>> Reads) of))
                return;
            path.Add(of.Id);
            if (path.Count > 1 && view.Equals(self, StringComparison.OrdinalIgnoreCase))
                throw new ConflictException($"The tag would read itself: {string.Join(" -> ", path)}. Take one of these steps out.");
            if (path.Count == 1 || done.Add(view))
                foreach (string read in of.Reads())
                    Visit(read);
            path.RemoveAt(path.Count - 1);
        }
    }

    void CheckParent(StoredType known, string tag, string? parent)
    {
        var path = new List<string> { tag };
        for (string? at = parent; at is not null; at = known.Tags[at].Draft.Parent)
        {
            if (!known.Tags.ContainsKey(at) && at != tag)
                throw new InvalidInputException("parent", $"There is no tag '{at}' to stand above '{tag}'.");
            path.Add(at);
            if (at == tag)
                throw new ConflictException($"The tag would stand above itself: {string.Join(" -> ", path)}. Choose another parent.");
        }
    }

    async Task<TagImpact> ImpactAsync(string type, string tag)
    {
        StoredType known = Type(type);
        string view = TagKeys.View(type, tag);
        string[] tags = [.. known.Tags.Where(other => other.Key != tag && TagSql.Reads(type, known, other.Key, other.Value.Draft).Contains(view, StringComparer.OrdinalIgnoreCase)).Select(static other => other.Key).Order()];
        string[] segments = SegmentsOf(known, tag), views = [];
        if (known.Made.Any(made => made.Name == view))
        {
            HashSet<string> own = new(known.Made.Select(static made => made.Name), StringComparer.OrdinalIgnoreCase);
            views = [.. (await Schema.Relation(view)).ReadBy.Where(reader => !own.Contains(reader.Split('#')[0]))];
        }

        return new TagImpact(tags, segments, views, known.Segments.Where(segment => segments.Contains(segment.Key)).Sum(static segment => segment.Value.Hooks.Count));
    }

    static string[] SegmentsOf(StoredType known, string tag) =>
        [.. known.Segments.Where(segment => SegmentExpression.TagsOf(SegmentExpression.Parse(segment.Value.Draft.Expression, name => known.Tags.TryGetValue(name, out StoredTag? of) ? of.Draft.Kind : null)).Contains(tag))
            .Select(static segment => segment.Key).Order(StringComparer.Ordinal)];

    async Task<long> CountAsync(string query)
    {
        using JsonDocument rows = JsonDocument.Parse((await AskAsync($"SELECT COUNT(*) FROM ({query}) AS counted")).Rows.Utf8);
        return long.Parse(Text(rows.RootElement[0][0])!, System.Globalization.CultureInfo.InvariantCulture);
    }

    async Task<IReadOnlyList<string>> ObjectsAsync(string query)
    {
        using JsonDocument rows = JsonDocument.Parse((await AskAsync(query)).Rows.Utf8);
        return [.. rows.RootElement.EnumerateArray().Select(static row => Text(row[0]) ?? "")];
    }

    async Task<SqlResult> AskAsync(string query) => (await Schema.Run(new SqlRequest(query, "tags", MayChange: false)))[^1];

    /// <summary>The rows of a WHY: each a table's name and the row as a JSON object.</summary>
    static IEnumerable<ReasonRow> Reasons(SqlResult why)
    {
        using JsonDocument rows = JsonDocument.Parse(why.Rows.Utf8);
        var reasons = new List<ReasonRow>();
        foreach (JsonElement row in rows.RootElement.EnumerateArray())
        {
            using JsonDocument values = JsonDocument.Parse(row[1].GetString()!);
            reasons.Add(new ReasonRow(row[0].GetString()!, values.RootElement.EnumerateObject().DistinctBy(static value => value.Name).ToDictionary(static value => value.Name, static value => Text(value.Value))));
        }

        return reasons;
    }

    static IEnumerable<ReasonRow> Rows(string relation, SqlResult result)
    {
        using JsonDocument rows = JsonDocument.Parse(result.Rows.Utf8);
        return [.. rows.RootElement.EnumerateArray().Select(row => new ReasonRow(relation, result.Columns.Select((column, place) => (column.Name, Text(row[place]))).ToDictionary(static value => value.Name, static value => value.Item2)))];
    }

    static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    static void CheckKind(TagKind kind, string type, string text)
    {
        string word = Plain(type).Split('(')[0].Split(' ')[0];
        bool fits = kind switch
        {
            TagKind.Numeric => Numbers.Contains(word),
            TagKind.Dated => word is "DATE" or "TIMESTAMP" or "TIMESTAMP_LTZ",
            _ => word is "STRING" or "CHAR" or "VARCHAR",
        };
        if (!fits)
            throw new SqlRefusedException($"The value is {type}; a {kind.ToString().ToLowerInvariant()} tag's is {(kind == TagKind.Numeric ? "a number" : kind == TagKind.Dated ? "a date or timestamp" : "a text")}. Cast it.", 1, 1, 1, 0, text.Length);
    }

    static void Check(TagMember member, TagKind kind, string field)
    {
        if (string.IsNullOrEmpty(member.Object) || member.Object.Length > 200)
            throw new InvalidInputException($"{field}.object", $"An object's id has 1 to 200 characters, not {member.Object?.Length ?? 0}.");
        if (!member.IsMember || kind == TagKind.Boolean)
            return;
        bool fits = member.Value is { Length: > 0 and <= 1_000 } value && kind switch
        {
            TagKind.Numeric => double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _),
            TagKind.Dated => DateTimeOffset.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _),
            _ => true,
        };
        if (!fits)
            throw new InvalidInputException($"{field}.value", $"'{member.Value}' is no value of a {kind.ToString().ToLowerInvariant()} tag.");
    }

    static void Parsed(string text)
    {
        try
        {
            SqlParser.ParseExpression(text);
        }
        catch (SqlSyntaxException fault)
        {
            throw new SqlRefusedException(fault.Reason, 1, fault.Span.Line, fault.Span.Column, fault.Span.Offset, fault.Span.Length);
        }
    }

    /// <param name="before">Characters of the text that is bound before the rule's own, all on its first line.</param>
    static void Refuse(SqlProblem? problem, int before)
    {
        if (problem is null)
            return;
        throw new SqlRefusedException(problem.Message, 1, problem.Line, problem.Line == 1 ? Math.Max(1, problem.Column - before) : problem.Column, Math.Max(0, problem.Offset - before), problem.Length);
    }

    StoredTag TagOf(string type, string tag) => Type(type).Tags.TryGetValue(tag, out StoredTag? known) ? known : throw new NotFoundException($"There is no tag '{tag}' of '{type}'.");

    TagInfo Info(string type, string id, StoredTag tag, long size, string? problem) => new(
        id, tag.Draft.Title, tag.Draft.Kind, tag.Draft.Rule, tag.Draft.Owner ?? "", tag.Draft.Parent, tag.Draft.ValidFrom, tag.Draft.ValidUntil, TagSql.IsValid(tag.Draft, time.GetUtcNow()), TagKeys.View(type, id), size,
        problem, tag.Version, tag.User, tag.At);

    static string SinkOf(string type, StoredTag tag) => tag.Part >= 0 ? TagKeys.SetSink(type, tag.Part) : TagKeys.Sink(type, tag.Number);
}

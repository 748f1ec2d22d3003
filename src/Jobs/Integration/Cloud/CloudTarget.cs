using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Sql.Types;

namespace Orrery.Jobs.Integration.Cloud;

/// <summary>
/// Forms of a K/3 Cloud, by its Web API. Documents are found by number and saved in batches with their internal id, so that a second run changes what the first made. A document that the server refuses is
/// told by its own errors, the others of the batch are saved. A batch of which nobody answered is looked up by numbers before it is tried again. Saved documents are submitted, then audited, where
/// the form says so; documents that an earlier run left before these steps go on. Audited documents that differ are refused: their audit is a person's to take back.
/// </summary>
sealed class CloudTarget(CloudAddress address, CloudOptions options, TimeProvider time) : IIntegrationTarget
{
    const string State = "FDocumentStatus", Audited = "C", InAudit = "B";

    readonly CloudClient client = new(address, options, time);
    MappedEntity entity = null!;
    IReadOnlyDictionary<string, SqlTypeKind> kinds = null!, lineKinds = null!;

    string Form => entity.Target.Form!;

    public void Prepare(MappedEntity entity, IReadOnlyDictionary<string, SqlTypeKind> kinds, IReadOnlyDictionary<string, SqlTypeKind> lineKinds)
    {
        if (entity.Target.Form is null) throw new ArgumentException($"Entity '{entity.Name}' is written to table {entity.Target.Table}, and the target is a K/3 Cloud: name its form.");
        (this.entity, this.kinds, this.lineKinds) = (entity, kinds, lineKinds);
    }

    public string? Fit(string field, bool isOfLine, string text, out string? problem)
    {
        problem = null;
        // A form keeps blanks where nothing is.
        return string.IsNullOrWhiteSpace(text) ? null : CloudValue.Plain(text, (isOfLine ? lineKinds : kinds)[field]);
    }

    public IReadOnlyDictionary<string, Document> Find(IReadOnlyList<Document> wanted, CancellationToken cancellationToken)
    {
        string filter = $"{entity.Target.Number} IN ({string.Join(", ", wanted.Select(document => $"'{document.Key.Replace("'", "''", StringComparison.Ordinal)}'"))})";
        return Query(filter, withLines: true, cancellationToken).GroupBy(document => document.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
    }

    public IEnumerable<Document> All(CancellationToken cancellationToken) => Query("", withLines: false, cancellationToken);

    public bool IsUnfinished(Document found) => entity.Target.Submits && found.State is not Audited && (entity.Target.Audits || found.State is not InAudit);

    public IReadOnlyDictionary<string, string> Write(IReadOnlyList<DocumentChange> changes, CancellationToken cancellationToken)
    {
        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        var saves = new List<DocumentChange>();
        var ready = new List<(string Number, string? State)>();
        foreach (DocumentChange change in changes)
        {
            bool isToSave = change.Found is null || change.Differences.Count > 0;
            if (isToSave && change.Found?.State is Audited or InAudit) refused[change.Wanted.Key] = $"the document is {(change.Found.State == Audited ? "audited" : "in audit")} in the target and differs: {string.Join("; ", change.Differences)}. Take that back there, or correct it by hand.";
            else if (isToSave) saves.Add(change);
            else ready.Add((change.Wanted.Key, change.Found!.State));
        }

        foreach (string number in Save(saves, refused, cancellationToken)) ready.Add((number, null));
        if (entity.Target.Submits) Step("Submit", "submitted", [.. ready.Where(document => document.State is not (InAudit or Audited)).Select(document => document.Number)], refused, cancellationToken);
        if (entity.Target.Audits) Step("Audit", "audited", [.. ready.Where(document => document.State is not Audited && !refused.ContainsKey(document.Number)).Select(document => document.Number)], refused, cancellationToken);
        return refused;
    }

    public IEnumerable<(string Key, string? Value)> Pairs(MappedLookup lookup, CancellationToken cancellationToken)
    {
        if (lookup.Form is null) throw new ArgumentException($"{lookup.Source.Place}: the target is a K/3 Cloud: a lookup there names a form.");
        foreach (JsonArray row in Rows(lookup.Form, [lookup.Key, lookup.Value], "", lookup.Key, cancellationToken))
            if (row[0] is { } key)
                yield return (CloudValue.Plain(CloudValue.TextOf(key)!, SqlTypeKind.String), CloudValue.TextOf(row[1]));
    }

    public void Dispose() => client.Dispose();

    /// <summary>Saves, and answers the numbers of what is saved. An unknown outcome is looked up; what is not there is tried again.</summary>
    IEnumerable<string> Save(List<DocumentChange> saves, Dictionary<string, string> refused, CancellationToken cancellationToken)
    {
        var saved = new List<string>();
        for (int attempt = 1; saves.Count > 0; attempt++)
        {
            var models = new JsonArray([.. saves.Select(change => (JsonNode)CloudModel.Of(entity, change, kinds, lineKinds))]);
            var body = new JsonObject
            {
                ["formid"] = Form,
                ["data"] = new JsonObject { ["Model"] = models, ["NeedUpDateFields"] = new JsonArray(), ["IsDeleteEntry"] = "true", ["ValidateFlag"] = "true", ["NumberSearch"] = "true", ["BatchCount"] = saves.Count },
            };
            try
            {
                JsonNode answer = client.Call("BatchSave", body, writes: true, cancellationToken);
                IReadOnlyDictionary<int, string> errors = Outcome(answer, saves.Count, "saved", change => saves[change].Wanted.Key);
                for (int index = 0; index < saves.Count; index++)
                {
                    if (errors.TryGetValue(index, out string? reason)) refused[saves[index].Wanted.Key] = reason;
                    else saved.Add(saves[index].Wanted.Key);
                }

                break;
            }
            catch (CloudException error) when (error.IsUnknown && attempt < options.AttemptsMax)
            {
                client.Wait(attempt, cancellationToken);
                IReadOnlyDictionary<string, Document> there = Find([.. saves.Select(change => change.Wanted)], cancellationToken);
                var left = new List<DocumentChange>();
                foreach (DocumentChange change in saves)
                {
                    Document? found = there.GetValueOrDefault(change.Wanted.Key);
                    if (found is not null && DocumentComparison.Differences(entity, change.Wanted, found).Count == 0) saved.Add(change.Wanted.Key);
                    else left.Add(change with { Found = found });
                }

                saves = left;
            }
        }

        return saved;
    }

    /// <summary>Submits or audits; what was already there counts as done only where the server says so.</summary>
    void Step(string service, string done, string[] numbers, Dictionary<string, string> refused, CancellationToken cancellationToken)
    {
        numbers = [.. numbers.Where(number => !refused.ContainsKey(number))];
        if (numbers.Length == 0) return;
        var body = new JsonObject { ["formid"] = Form, ["data"] = new JsonObject { ["Numbers"] = new JsonArray([.. numbers.Select(number => (JsonNode)number)]) } };
        JsonNode answer;
        try
        {
            answer = client.Call(service, body, writes: true, cancellationToken);
        }
        catch (CloudException error) when (error.IsUnknown)
        {
            // What came of it stands in the documents: the next run goes on with those that did not get further.
            foreach (string number in numbers) refused[number] = $"saved, and not known to be {done}: {error.Message} The next run looks.";
            return;
        }

        foreach ((int index, string reason) in Outcome(answer, numbers.Length, done, index => numbers[index])) refused[numbers[index]] = $"saved, and not {done}: {reason}";
    }

    /// <summary>Reasons by document. Documents that are neither among the successes nor among the errors are not taken for done.</summary>
    static Dictionary<int, string> Outcome(JsonNode answer, int count, string done, Func<int, string> numberOf)
    {
        JsonObject status = CloudClient.StatusOf(answer) ?? throw new CloudException($"The answer has no status: {answer.ToJsonString()}");
        var reasons = new Dictionary<int, string>();
        if (CloudClient.IsTrue(status["IsSuccess"])) return reasons;
        foreach ((int document, string message) in CloudClient.ErrorsOf(status).Where(error => error.Document >= 0 && error.Document < count))
            reasons[document] = reasons.TryGetValue(document, out string? before) ? $"{before}; {message}" : message;
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonNode? success in status["SuccessEntitys"] as JsonArray ?? [])
            if (success?["Number"]?.ToString() is { } number)
                numbers.Add(number);
        for (int index = 0; index < count; index++)
            if (!reasons.ContainsKey(index) && !numbers.Contains(numberOf(index)))
                reasons[index] = $"the server does not say that it was {done}";
        return reasons;
    }

    IEnumerable<Document> Query(string filter, bool withLines, CancellationToken cancellationToken)
    {
        MappedLines? mapped = withLines ? entity.Lines : null;
        string[] heads = [.. entity.Fields.Select(field => field.Name)], lines = [.. mapped?.Fields.Select(field => field.Name) ?? []];
        string[] keys = [entity.Target.Id, .. entity.Target.Submits ? [State] : Array.Empty<string>(), .. heads, .. mapped is null ? Array.Empty<string>() : [$"{mapped.Entry}_FEntryID", .. lines]];
        int first = entity.Target.Submits ? 2 : 1;
        Dictionary<string, string?>? head = null;
        string id = "";
        string? state = null;
        var own = new Dictionary<string, IReadOnlyDictionary<string, string?>>(StringComparer.Ordinal);
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonArray row in Rows(Form, keys, filter, entity.Target.Id, cancellationToken))
        {
            string now = CloudValue.TextOf(row[0]) ?? "";
            if (head is null || now != id)
            {
                if (head is not null) yield return Made();
                (id, state, own, ids) = (now, first == 2 ? CloudValue.TextOf(row[1]) : null, new(StringComparer.Ordinal), new(StringComparer.Ordinal));
                head = heads.Select((name, index) => (name, text: Plain(row[first + index], kinds[name]))).ToDictionary(pair => pair.name, pair => pair.text, StringComparer.Ordinal);
            }

            int at = first + heads.Length;
            if (mapped is null || CloudValue.TextOf(row[at]) is not { Length: > 0 } entry || entry == "0") continue;
            Dictionary<string, string?> line = lines.Select((name, index) => (name, text: Plain(row[at + 1 + index], lineKinds[name]))).ToDictionary(pair => pair.name, pair => pair.text, StringComparer.Ordinal);
            string key = Document.KeyOf(mapped.Key.Select(name => line[name]));
            own[key] = line;
            ids[key] = entry;
        }

        if (head is not null) yield return Made();

        Document Made() => new(Document.KeyOf(entity.Key.Select(name => head![name])), head!, own) { Id = id, State = state, LineIds = ids };
    }

    static string? Plain(JsonNode? node, SqlTypeKind kind) => CloudValue.TextOf(node) is { } text && !string.IsNullOrWhiteSpace(text) ? CloudValue.Plain(text, kind) : null;

    /// <summary>Rows of a form, page by page under the server's cap, in the order of an id so that pages do not overlap.</summary>
    IEnumerable<JsonArray> Rows(string form, IReadOnlyList<string> keys, string filter, string order, CancellationToken cancellationToken)
    {
        for (int start = 0; ; start += options.QueryRowsMax)
        {
            var body = new JsonObject
            {
                ["data"] = new JsonObject { ["FormId"] = form, ["FieldKeys"] = string.Join(",", keys), ["FilterString"] = filter, ["OrderString"] = order, ["TopRowCount"] = 0, ["StartRow"] = start, ["Limit"] = options.QueryRowsMax },
            };
            JsonNode answer = client.Call("ExecuteBillQuery", body, writes: false, cancellationToken);
            if (CloudClient.StatusOf(answer) is { } status) throw new CloudException($"{address}: the query of {form} was refused: {string.Join("; ", CloudClient.ErrorsOf(status).Select(error => error.Message))}");
            var rows = answer as JsonArray ?? throw new CloudException($"{address}: the query of {form} answered no rows: {answer.ToJsonString()}");
            foreach (JsonNode? row in rows)
                yield return row as JsonArray is { } values && values.Count == keys.Count ? values : throw new CloudException($"{address}: the query of {form} asked for {keys.Count.ToString(CultureInfo.InvariantCulture)} fields and was answered {row?.ToJsonString()}");
            if (rows.Count < options.QueryRowsMax) yield break;
        }
    }
}

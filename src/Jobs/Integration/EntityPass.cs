namespace Orrery.Jobs.Integration;

/// <summary>One pass over an entity's documents: finds, compares, writes, counts.</summary>
sealed class EntityPass(MappedEntity entity, IIntegrationTarget target, IntegrationOptions options, Action<string, string, string, IReadOnlyDictionary<string, string?>> reject, Action<EntityReport>? progress)
{
    readonly HashSet<string> seen = new(StringComparer.Ordinal);
    readonly List<string> lines = [];
    EntityReport report = new(entity.Name);

    public EntityReport Report => report with { Lines = lines };

    bool Writes => !options.IsDryRun && !options.IsReconciliation;

    /// <summary>A row that made no document.</summary>
    public void Without(string? reason, SourceReader source, object?[] row)
    {
        if (reason is null)
        {
            report = report with { LeftOut = report.LeftOut + 1 };
            return;
        }

        report = report with { Read = report.Read + 1 };
        Refuse("", reason, Values(source, row));
    }

    /// <summary>Whether no row before had this document's key.</summary>
    public bool IsFirst(Document document, SourceReader source, object?[] row)
    {
        report = report with { Read = report.Read + 1 };
        if (seen.Add(document.Key)) return true;
        Refuse(document.Shown, "another row of the source has the same key", Values(source, row));
        return false;
    }

    public void Reject(Document document, string reason) => Refuse(document.Shown, reason, document.Fields);

    /// <summary>Works on a batch of documents that differ in their keys.</summary>
    public void Take(IReadOnlyList<Document> documents, CancellationToken cancellationToken)
    {
        if (documents.Count == 0) return;
        IReadOnlyDictionary<string, Document> found = target.Find(documents, cancellationToken);
        var changes = new List<DocumentChange>();
        foreach (Document document in documents)
        {
            Document? there = found.GetValueOrDefault(document.Key);
            IReadOnlyList<string> differences = there is null ? [] : DocumentComparison.Differences(entity, document, there);
            if (there is null || differences.Count > 0 || (!options.IsReconciliation && target.IsUnfinished(there))) changes.Add(new DocumentChange(document, there, differences));
            else report = report with { Unchanged = report.Unchanged + 1 };
        }

        IReadOnlyDictionary<string, string> refused = Writes && changes.Count > 0 ? target.Write(changes, cancellationToken) : new Dictionary<string, string>();
        foreach (DocumentChange change in changes)
        {
            if (refused.TryGetValue(change.Wanted.Key, out string? reason)) Refuse(change.Wanted.Shown, reason, change.Wanted.Fields);
            else Count(change);
        }

        progress?.Invoke(report);
    }

    /// <summary>The other way round: what the target has and the source does not.</summary>
    public void Compare(CancellationToken cancellationToken)
    {
        foreach (Document document in target.All(cancellationToken))
        {
            if (seen.Contains(document.Key)) continue;
            report = report with { OnlyInTarget = report.OnlyInTarget + 1 };
            Tell($"{entity.Name} {document.Shown}: is only in the target");
        }
    }

    void Count(DocumentChange change)
    {
        if (change.Found is null)
        {
            report = report with { Created = report.Created + 1 };
            Tell($"{entity.Name} {change.Wanted.Shown}: {(Writes ? "is new" : "is not in the target")}");
        }
        else if (change.Differences.Count > 0)
        {
            report = report with { Changed = report.Changed + 1 };
            Tell($"{entity.Name} {change.Wanted.Shown}: {string.Join("; ", change.Differences)}");
        }
        else
        {
            report = report with { Finished = report.Finished + 1 };
            Tell($"{entity.Name} {change.Wanted.Shown}: goes on to submission and audit");
        }
    }

    void Refuse(string key, string reason, IReadOnlyDictionary<string, string?> values)
    {
        report = report with { Rejected = report.Rejected + 1 };
        Tell($"{entity.Name} {key}: rejected: {reason}");
        reject(entity.Name, key, reason, values);
    }

    void Tell(string line)
    {
        if (lines.Count < EntityReport.LinesMax) lines.Add(line);
    }

    static Dictionary<string, string?> Values(SourceReader source, object?[] row) => source.Columns.Select((column, index) => (column.Name, Text: ValueForm.Of(row[index]))).ToDictionary(pair => pair.Name, pair => pair.Text);
}

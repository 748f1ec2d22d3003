using Orrery.Sql.Types;

namespace Orrery.Jobs.Integration;

/// <summary>A system that documents are written to. Calls block; for one thread at a time.</summary>
interface IIntegrationTarget : IDisposable
{
    /// <summary>Makes ready for an entity.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="kinds">Types of its fields' values.</param>
    /// <param name="lineKinds">Likewise of its lines'.</param>
    /// <exception cref="ArgumentException">The target does not have what the mapping names.</exception>
    void Prepare(MappedEntity entity, IReadOnlyDictionary<string, SqlTypeKind> kinds, IReadOnlyDictionary<string, SqlTypeKind> lineKinds);

    /// <summary>A value in the target's form, so that equal values are equal texts.</summary>
    /// <param name="field">Whose.</param>
    /// <param name="isOfLine">Whether the field is one of the lines.</param>
    /// <param name="text">Not null.</param>
    /// <param name="problem">Why the target cannot take it; null where it can.</param>
    string? Fit(string field, bool isOfLine, string text, out string? problem);

    /// <summary>Documents that are there, by key.</summary>
    IReadOnlyDictionary<string, Document> Find(IReadOnlyList<Document> wanted, CancellationToken cancellationToken);

    /// <summary>All documents of the entity, for reconciliation; lines may be left out.</summary>
    IEnumerable<Document> All(CancellationToken cancellationToken);

    /// <summary>Whether a document that is as it should be has steps before it (submit, audit).</summary>
    bool IsUnfinished(Document found);

    /// <summary>Writes documents: each whole or not at all. Answers those that were refused, by key, with the reason.</summary>
    IReadOnlyDictionary<string, string> Write(IReadOnlyList<DocumentChange> changes, CancellationToken cancellationToken);

    /// <summary>Pairs of a lookup.</summary>
    IEnumerable<(string Key, string? Value)> Pairs(MappedLookup lookup, CancellationToken cancellationToken);
}

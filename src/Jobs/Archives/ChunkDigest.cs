using Orrery.Connectors.Dialects;
using Orrery.Jobs.Certificates;

namespace Orrery.Jobs.Archives;

/// <summary>Compares documents in the source with their copies by digests that both databases compute, and halves what differs down to the documents.</summary>
static class ChunkDigest
{
    /// <summary>Which of the documents are not as they were copied.</summary>
    /// <param name="store">Both databases; the source's rows are locked.</param>
    /// <param name="kind">The documents' kind.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="edited">Takes those that differ.</param>
    /// <param name="counts">By table how many rows were equal.</param>
    public static void Edited(ArchiveStore store, int kind, IReadOnlyList<Document> documents, HashSet<(int, string)> edited, Dictionary<string, long> counts)
    {
        foreach (((DocumentTable table, KeyRange source), (_, KeyRange archive)) in store.InSource(kind, documents).Zip(store.InArchive(kind, documents)))
        {
            (RowDigest digest, RowDigest archived) = Both(store, table, source, archive);
            counts[table.Name] = digest.Count;
            if (digest != archived) Halve(store, kind, documents, table, edited);
        }
    }

    static void Halve(ArchiveStore store, int kind, IReadOnlyList<Document> documents, DocumentTable table, HashSet<(int, string)> edited)
    {
        if (documents.Count == 1)
        {
            edited.Add((kind, documents[0].Key));
            return;
        }

        Document[] all = [.. documents];
        foreach (Document[] half in new[] { all[..(all.Length / 2)], all[(all.Length / 2)..] })
        {
            KeyRange source = store.InSource(kind, half).First(each => each.Table == table).Range, archive = store.InArchive(kind, half).First(each => each.Table == table).Range;
            (RowDigest digest, RowDigest archived) = Both(store, table, source, archive);
            if (digest != archived) Halve(store, kind, half, table, edited);
        }
    }

    static (RowDigest Source, RowDigest Archive) Both(ArchiveStore store, DocumentTable table, KeyRange source, KeyRange archive) => BothDigests.Take(
        () => store.Source.Digest(table.Source, table.Digested, source, store.Floats),
        () => store.Archive.Digest(table.Archive, table.Digested, archive, store.Floats));
}

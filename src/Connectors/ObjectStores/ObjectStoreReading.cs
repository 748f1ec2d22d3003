using System.Runtime.CompilerServices;

namespace Orrery.Connectors.ObjectStores;

/// <summary>What every store can do by what it must do.</summary>
public static class ObjectStoreReading
{
    const int PageSize = 1000;

    /// <summary>All objects whose names begin with a prefix, page by page, in the store's order.</summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">Empty: all.</param>
    /// <param name="after">Objects up to and including this name are left out; null: none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<ObjectEntry> AllAsync(
        this IObjectStore store, string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ObjectPage page = await store.ListAsync(prefix, after, PageSize, cancellationToken);
            foreach (ObjectEntry entry in page.Objects)
                yield return entry;
            if (!page.More || page.Objects.Count == 0)
                yield break;
            after = page.Objects[^1].Name;
        }
    }

    /// <summary>The distinct parts that follow a prefix before the next '/', in the store's order, without reading what lies below them.</summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">Empty, or ending with '/'.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<string> FoldersAsync(this IObjectStore store, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (string? after = null; ;)
        {
            ObjectPage page = await store.ListAsync(prefix, after, 1, cancellationToken);
            if (page.Objects.Count == 0)
                yield break;
            string name = page.Objects[0].Name;
            int end = name.IndexOf('/', prefix.Length);
            if (end >= 0)
                yield return name[prefix.Length..end];
            // '0' is the next character after '/': nothing below the folder sorts after it.
            after = end >= 0 ? name[..end] + "0" : name;
            if (!page.More)
                yield break;
        }
    }

    /// <summary>A whole small object.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">The object.</param>
    /// <param name="bytesMax">A larger one is refused.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ObjectStoreException">It is larger, or cannot be read.</exception>
    public static async ValueTask<byte[]> ReadAllAsync(this IObjectStore store, string name, int bytesMax, CancellationToken cancellationToken = default)
    {
        await using Stream stream = await store.OpenReadAsync(name, cancellationToken);
        var content = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        for (int count; (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (content.Length + count > bytesMax)
                throw new ObjectStoreException($"Object '{name}' of {store.Address} is larger than {bytesMax} bytes, the most that is read here.", mayPass: false);
            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }

    /// <summary>Writes bytes as an object, in place of one of the same name.</summary>
    public static ValueTask PutAsync(this IObjectStore store, string name, byte[] content, CancellationToken cancellationToken = default) =>
        store.PutAsync(name, new MemoryStream(content, writable: false), cancellationToken);

    /// <summary>Writes bytes as an object unless there is one of that name; false: there was.</summary>
    public static ValueTask<bool> PutIfAbsentAsync(this IObjectStore store, string name, byte[] content, CancellationToken cancellationToken = default) =>
        store.PutIfAbsentAsync(name, new MemoryStream(content, writable: false), cancellationToken);
}

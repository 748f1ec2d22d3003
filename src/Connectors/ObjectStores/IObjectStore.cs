namespace Orrery.Connectors.ObjectStores;

/// <summary>
/// Named byte strings in one place: a folder, a bucket, a directory of HDFS. An object appears whole or not at all: a reader never sees
/// half of a put, and once a put has returned the object survives the loss of power (as far as the store itself keeps its word).
/// </summary>
/// <remarks>Names are made of parts joined by '/', as <see cref="ObjectName"/> checks. All methods may be called at the same time.</remarks>
public interface IObjectStore : IDisposable
{
    /// <summary>Where it is, for messages; without secrets.</summary>
    string Address { get; }

    /// <summary>The next objects whose names begin with a prefix.</summary>
    /// <param name="prefix">Empty: all objects.</param>
    /// <param name="after">The last name of the page before; null: from the start. The object need not exist any more.</param>
    /// <param name="limit">Objects at most, 1 to 1000.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>In the order of the store, which does not change between calls.</returns>
    /// <exception cref="ObjectStoreException">The store refused or cannot be reached.</exception>
    ValueTask<ObjectPage> ListAsync(string prefix, string? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>What is known of an object; null if there is none.</summary>
    /// <exception cref="ObjectStoreException">The store refused or cannot be reached.</exception>
    ValueTask<ObjectEntry?> FindAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Opens an object for reading from its start; the caller disposes the stream.</summary>
    /// <exception cref="ObjectMissingException">There is none of that name.</exception>
    /// <exception cref="ObjectStoreException">The store refused or cannot be reached.</exception>
    ValueTask<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Writes an object, in place of one of the same name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">A seekable stream, read from its position to its end, at most 5 GiB. Left open.</param>
    /// <param name="cancellationToken">Ends the wait; the object may or may not have been written then.</param>
    /// <exception cref="ObjectStoreException">The store refused or cannot be reached.</exception>
    ValueTask PutAsync(string name, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Writes an object unless there is one of that name. Of several writers at the same time one wins (on S3: if the store knows conditional writes).</summary>
    /// <returns>False: there is one, and it stays as it is. It can be the caller's own, if an answer was lost and the write tried again.</returns>
    /// <exception cref="ObjectStoreException">The store refused or cannot be reached.</exception>
    ValueTask<bool> PutIfAbsentAsync(string name, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Gives an object another name, in place of one that has it. At every moment at least one of the two names shows the whole object.</summary>
    /// <exception cref="ObjectMissingException">There is none of the first name.</exception>
    /// <exception cref="ObjectStoreException">The store refused or cannot be reached.</exception>
    ValueTask MoveAsync(string from, string to, CancellationToken cancellationToken = default);

    /// <summary>Removes an object; nothing happens if there is none.</summary>
    /// <exception cref="ObjectStoreException">The store refused or cannot be reached.</exception>
    ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default);
}

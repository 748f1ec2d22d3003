namespace Orrery.Interfaces.Sql;

/// <summary>From where a table's topic is to be read again. Exactly one of the first three is given.</summary>
/// <param name="Earliest">From the first record that the topic still has.</param>
/// <param name="Time">From the first record that was appended at this time or later, UTC.</param>
/// <param name="Offsets">From these offsets, one for each partition by number.</param>
/// <param name="Empties">Of a table with a primary key: whether its rows go first, so that those are there that come from the offsets on. Else each stays until its key comes again. A table without a key is always emptied.</param>
/// <param name="User">Who asks, for the audit.</param>
public sealed record SqlRewind(bool Earliest, DateTimeOffset? Time, IReadOnlyList<long>? Offsets, bool Empties, string User);

/// <summary>What is read again.</summary>
/// <param name="Info">The table as it is now.</param>
/// <param name="Partitions">By number.</param>
public sealed record SqlRewound(RelationInfo Info, IReadOnlyList<RewoundPartition> Partitions);

/// <param name="Partition">Its number.</param>
/// <param name="From">The first offset that is read again; where it lies behind <paramref name="Before"/>, what is between is passed over.</param>
/// <param name="Before">Up to where it had been read.</param>
public sealed record RewoundPartition(int Partition, long From, long Before);

namespace Orrery.Grains.Sql.Cuts;

/// <summary>How far a topic's partition is read, by the table that is furthest.</summary>
/// <param name="Offset">Everything below it is taken, or about to be.</param>
sealed record CutPlace(string Topic, int Partition, long Offset);

/// <summary>What a cut copies.</summary>
/// <param name="Id">Whose cut it is.</param>
/// <param name="To">How far the held topics' partitions are read; empty: rows are copied as they are.</param>
/// <param name="Relations">Names of materialized views, or of tables.</param>
/// <param name="BytesMax">Of all copied rows; views behind it are left for another cut.</param>
/// <param name="Patience">Until the places must be reached.</param>
sealed record CutOrder(string Id, CutPlace[] To, string[] Relations, long BytesMax, TimeSpan Patience);

/// <summary>What was copied.</summary>
/// <param name="IsReached">Whether all places were reached; if not, nothing is copied.</param>
/// <param name="HeldSeconds">How long the sources stood still.</param>
sealed record CutAnswer(bool IsReached, double HeldSeconds, CutRelation[] Relations);

/// <param name="Pages">How many there are to read.</param>
/// <param name="Rows">Different ones.</param>
/// <param name="IsLeft">It did not fit, and is left for another cut.</param>
/// <param name="Problem">Why it has no rows to compare; null: it has.</param>
sealed record CutRelation(string Name, int Pages, long Rows, bool IsLeft, string? Problem)
{
    public static CutRelation Without(string name, string problem) => new(name, 0, 0, false, problem);
}

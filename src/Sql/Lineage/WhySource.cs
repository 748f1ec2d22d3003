using Orrery.Sql.Catalogs;
using Orrery.Sql.Plans;

namespace Orrery.Sql.Lineage;

/// <summary>The rows of one table behind rows of a view.</summary>
/// <param name="Table">The table.</param>
/// <param name="Plan">Gives those rows, each once, with the stored columns of the table in their order.</param>
public sealed record WhySource(Relation Table, Plan Plan);

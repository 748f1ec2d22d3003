using Orrery.Dataflow.Operators;
using Orrery.Sql.Plans;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Graphs;

/// <summary>What a <see cref="PlanBuilder"/> asks of its graph.</summary>
internal interface IOperatorRegistry
{
    /// <summary>The operator of this fingerprint; null where there is none.</summary>
    Operator? Find(string fingerprint);

    /// <summary>The operator that gives the rows of a table or a materialized view.</summary>
    Operator? FindRelation(string name);

    /// <summary>Takes a new operator, whose inputs it has.</summary>
    void Add(Operator created);

    /// <summary>Lets the rows of an operator be kept, from now on and with those that it has.</summary>
    void Arrange(Operator source);

    string Fingerprint(Plan plan);

    /// <summary>The number of the graph among the partitions of a dataflow, and how many there are.</summary>
    (int Number, int Count) Partition { get; }

    /// <summary>Is told rows that an expression has no value for.</summary>
    Action<MapOperator, nint, SqlValueException> OnDropped { get; }
}

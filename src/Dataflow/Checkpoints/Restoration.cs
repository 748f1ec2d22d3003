using Orrery.Dataflow.Graphs;

namespace Orrery.Dataflow.Checkpoints;

/// <summary>A restore that is under way.</summary>
/// <param name="Targets">Memory to fill.</param>
/// <param name="Afterwards">What comes when it is filled.</param>
/// <param name="Removed">Views to be filled from the rows that are there, those that others read behind the others.</param>
internal sealed record Restoration(List<BlockTarget> Targets, List<Action> Afterwards, List<DataflowView> Removed);

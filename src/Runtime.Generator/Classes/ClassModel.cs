namespace Orrery.Runtime.Generator;

/// <param name="Arguments">The constructor's arguments, as expressions on <c>activator</c>.</param>
internal sealed record ClassModel(string FullName, string GrainType, bool IsReentrant, string WorkersLimit, EquatableArray<string> Interfaces, EquatableArray<string> Arguments, EquatableArray<Finding> Findings);

using System;

namespace Orrery.Runtime.Generator;

internal enum ReturnKind
{
    Task,
    TaskOfResult,
    ValueTask,
    ValueTaskOfResult,
}

internal sealed record ParameterModel(string Type, string Name, bool IsCancellation);

/// <param name="DeclaringInterface">Where the method is declared: the interface itself or a base of it.</param>
/// <param name="Id">The method's id on the wire.</param>
/// <param name="Result">The type inside the task; empty where there is none.</param>
internal sealed record MethodModel(string DeclaringInterface, string DeclaringPlainName, string Name, ReturnKind Return, string Result, EquatableArray<ParameterModel> Parameters, string Options, bool IsOneWay, bool IsExtension, string? Timeout, ulong Id);

internal sealed record InterfaceModel(string FullName, string PlainName, EquatableArray<MethodModel> Methods, EquatableArray<Finding> Findings);
